namespace Backup.TestKit.Dapr;

/// <summary>A message as the broker has it.</summary>
internal sealed record BrokerMessage(string Topic, byte[] Data)
{
    /// <summary>How often it was brought before.</summary>
    public int Deliveries { get; init; }
}
