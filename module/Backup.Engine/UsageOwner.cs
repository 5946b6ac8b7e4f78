namespace Backup.Engine;

/// <summary>Snapshots whose data is counted together.</summary>
/// <param name="Name">The host, the paths (separated by commas), the tag or the snapshot's id; empty for snapshots without a tag.</param>
/// <param name="Snapshots">How many they are.</param>
public sealed record UsageOwner(string Name, int Snapshots)
{
    /// <summary>Blobs that they need.</summary>
    public long Blobs { get; init; }

    /// <summary>Bytes in packs that they need.</summary>
    public long Bytes { get; init; }

    /// <summary>Of those, what no other snapshot needs: forgetting them frees it.</summary>
    public long ExclusiveBytes { get; init; }

    /// <summary>What others need, too.</summary>
    public long SharedBytes => Bytes - ExclusiveBytes;
}
