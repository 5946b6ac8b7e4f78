namespace Backup.Engine;

/// <summary>What went to and came from the place where a repository is kept, repeated calls included.</summary>
public readonly record struct BackendTraffic
{
    /// <summary>Files saved, or tried to.</summary>
    public long Saves { get; init; }

    /// <summary>Files, or parts of them, read.</summary>
    public long Reads { get; init; }

    /// <summary>Files asked for their size.</summary>
    public long Looks { get; init; }

    /// <summary>Listings.</summary>
    public long Listings { get; init; }

    /// <summary>Files removed.</summary>
    public long Removals { get; init; }

    /// <summary>Calls that failed and were made once more.</summary>
    public long Retries { get; init; }

    /// <summary>Bytes of the files that were saved.</summary>
    public long BytesSaved { get; init; }

    /// <summary>Bytes of files that were read.</summary>
    public long BytesRead { get; init; }
}
