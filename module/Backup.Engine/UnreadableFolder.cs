namespace Backup.Engine;

/// <summary>A folder of a snapshot whose tree is damaged or missing.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Path">The folder.</param>
/// <param name="Tree">Its tree; null where the folder names none.</param>
/// <param name="Error">What is wrong.</param>
public sealed record UnreadableFolder(SnapshotId Snapshot, string Path, BlobId? Tree, BackupException Error);
