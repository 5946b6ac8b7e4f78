namespace Backup.Engine;

/// <summary>What became of one item of a backup.</summary>
/// <param name="Path">The path in the snapshot.</param>
/// <param name="Action">What became of it.</param>
/// <param name="Type">What it is; null if unknown because it was excluded or skipped.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Added">Bytes in new blobs, before compression.</param>
/// <param name="AddedPacked">Bytes in new blobs as stored.</param>
/// <param name="Detail">The reason of a skip, or the rule of an exclusion; else empty.</param>
public sealed record BackupItemReport(
    string Path, BackupItemAction Action, NodeType? Type, ulong Size, ulong Added, ulong AddedPacked, string Detail);
