namespace Backup.TestKit.Dapr;

/// <summary>A daprd that takes messages of a topic for its application.</summary>
internal sealed record BrokerMember(
    object Owner,
    string Group,
    string Topic,
    int MaxBatch,
    Func<IReadOnlyList<BrokerMessage>, CancellationToken, Task<IReadOnlyList<Delivery>>> Deliver)
{
    /// <summary>Ends when the daprd goes away.</summary>
    public CancellationTokenSource Gone { get; } = new();
}
