namespace Backup.Engine;

/// <summary>What was written.</summary>
/// <param name="Snapshot">The snapshot it came from.</param>
/// <param name="IsArchive">Whether it was a folder.</param>
/// <param name="Items">Files, folders and others.</param>
/// <param name="Bytes">Bytes of file content.</param>
/// <param name="Skipped">Items that the archive format has no place for.</param>
public sealed record DumpSummary(
    Snapshot Snapshot, bool IsArchive, long Items, long Bytes, IReadOnlyList<SkippedEntry> Skipped);
