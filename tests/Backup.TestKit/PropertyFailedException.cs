namespace Backup.TestKit;

/// <summary>A law does not hold for one seed.</summary>
public sealed class PropertyFailedException : Exception
{
    /// <summary>Names the seed and passes on what went wrong.</summary>
    public PropertyFailedException(int seed, Exception innerException)
        : base($"Seed {seed} fails (PROPERTY_SEED={seed} replays it): {innerException?.Message}", innerException) => Seed = seed;

    /// <summary>The seed that fails.</summary>
    public int Seed { get; }
}
