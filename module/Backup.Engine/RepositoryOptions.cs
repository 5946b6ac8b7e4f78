namespace Backup.Engine;

/// <summary>Where a repository is, how it is opened, and how it is worked on.</summary>
public sealed record RepositoryOptions
{
    private const int MinPackSizeInBytes = 4 * 1024 * 1024;
    private const int MaxPackSizeInBytes = 128 * 1024 * 1024;

    /// <summary>The location in restic's syntax: a path, <c>rest:http://…</c>, <c>s3:…</c>, <c>rclone:remote:path</c> …</summary>
    public required string Location { get; init; }

    /// <summary>The password in UTF-8. The caller clears it; the engine keeps no copy after opening.</summary>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>Take this backend instead of the one that <see cref="Location"/> names. The repository disposes it.</summary>
    public IBackend? Backend { get; init; }

    /// <summary>How that place is reached: certificates, limits, settings.</summary>
    public ConnectionOptions Connection { get; init; } = new();

    /// <summary>
    /// A folder that keeps index, snapshots and trees of distant repositories (encrypted, as they are there), each in a
    /// folder of its own; null: nothing is kept. Repositories on a local disk are not cached.
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>Work without a lock, for places that can't be written to.</summary>
    public bool NoLock { get; init; }

    /// <summary>How long to try again when the repository is locked.</summary>
    public TimeSpan RetryLock { get; init; }

    /// <summary>Target size of a pack in bytes, 4 MiB … 128 MiB.</summary>
    public int PackSizeInBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How hard to compress.</summary>
    public CompressionLevel Compression { get; init; } = CompressionLevel.Auto;

    /// <summary>The format version of a repository to create: 2, or 1 without compression.</summary>
    public int Version { get; init; } = 2;

    /// <summary>The chunker polynomial of a repository to create; null draws a new one.</summary>
    public ulong? ChunkerPolynomial { get; init; }

    /// <summary>What may be in flight at once, in bytes; null: half of what the process may use.</summary>
    public long? MemoryLimitInBytes { get; init; }

    /// <summary>Hears what is surprising but not fatal, such as a compression library that is missing.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What a try of the password of a new key costs. Tests take little.</summary>
    internal ScryptCost KeyCost { get; init; } = ScryptCost.Default;

    /// <summary>Only the name: the location may have a password in it.</summary>
    public override string ToString() => nameof(RepositoryOptions);

    /// <summary>Refuses what makes no sense, once, before anything is done.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Location);
        ArgumentOutOfRangeException.ThrowIfLessThan(PackSizeInBytes, MinPackSizeInBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PackSizeInBytes, MaxPackSizeInBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryLock, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MemoryLimitInBytes ?? 1);
        Connection.Validate();
        if (Version is not (1 or 2))
        {
            throw new ArgumentException($"Version {Version} of the repository format is unknown: 1 and 2 are.", nameof(Version));
        }
    }
}
