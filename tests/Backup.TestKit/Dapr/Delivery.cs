namespace Backup.TestKit.Dapr;

/// <summary>One try to bring a message to an application.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="AppId">Whose daprd tried.</param>
/// <param name="EventId">The event's id, as the application saw it.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record Delivery(string Topic, string AppId, string EventId, DeliveryOutcome Outcome);
