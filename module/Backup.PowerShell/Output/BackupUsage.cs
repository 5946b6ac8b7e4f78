using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>How much of a repository's space some snapshots need.</summary>
public sealed class BackupUsage
{
    internal BackupUsage(UsageOwner owner, UsageGrouping grouping, string repository)
    {
        GroupBy = grouping;
        Name = owner.Name;
        SnapshotCount = owner.Snapshots;
        BlobCount = owner.Blobs;
        Size = owner.Bytes;
        ExclusiveSize = owner.ExclusiveBytes;
        SharedSize = owner.SharedBytes;
        Repository = repository;
    }

    /// <summary>What the snapshots have in common.</summary>
    public UsageGrouping GroupBy { get; }

    /// <summary>The host, the paths, the tag or the snapshot's id; empty for snapshots without a tag.</summary>
    public string Name { get; }

    /// <summary>How many snapshots they are.</summary>
    public int SnapshotCount { get; }

    /// <summary>Blobs that they need.</summary>
    public long BlobCount { get; }

    /// <summary>Bytes that they need.</summary>
    public long Size { get; }

    /// <summary>Of those, what no other snapshot needs: removing these and optimizing frees it.</summary>
    public long ExclusiveSize { get; }

    /// <summary>Of those, what others need, too.</summary>
    public long SharedSize { get; }

    /// <summary>Where the repository is.</summary>
    public string Repository { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
