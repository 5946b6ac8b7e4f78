namespace Backup.Engine;

/// <summary>A snapshot that was copied.</summary>
/// <param name="Source">The snapshot in the repository that it was copied from.</param>
/// <param name="Copy">Its id here; null in a dry run. Both are the same in a replica only.</param>
public sealed record CopiedSnapshot(Snapshot Source, SnapshotId? Copy);
