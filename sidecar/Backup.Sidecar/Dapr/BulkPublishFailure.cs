namespace Backup.Sidecar.Dapr;

/// <summary>An event of several that was not published.</summary>
/// <param name="EntryId">Which one.</param>
/// <param name="Error">Why.</param>
internal sealed record BulkPublishFailure(string EntryId, string Error);
