namespace Backup.Sidecar.Dapr;

/// <summary>How a key is written or removed.</summary>
internal sealed record StateOptions(
    ConcurrencyMode Concurrency = ConcurrencyMode.Unspecified, ConsistencyMode Consistency = ConsistencyMode.Unspecified)
{
    /// <summary>Written everywhere before it is said to be; only who comes first.</summary>
    public static StateOptions FirstWrite { get; } = new(ConcurrencyMode.FirstWrite, ConsistencyMode.Strong);

    /// <summary>Written everywhere before it is said to be; whatever was there.</summary>
    public static StateOptions Strong { get; } = new(ConcurrencyMode.Unspecified, ConsistencyMode.Strong);
}
