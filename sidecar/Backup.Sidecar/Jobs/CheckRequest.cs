namespace Backup.Sidecar.Jobs;

/// <summary>How thoroughly to check a repository.</summary>
internal sealed record CheckRequest
{
    /// <summary>Read every byte, not only the structure.</summary>
    public bool ReadData { get; init; }

    /// <summary>Read a part: <c>1/7</c> (a seventh, in turns), <c>5%</c> or <c>2G</c> at random.</summary>
    public string? ReadDataSubset { get; init; }
}
