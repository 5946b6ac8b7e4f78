namespace Backup.Engine;

/// <summary>How far a comparison with files on the disk is. Reported a few times a second.</summary>
/// <param name="Items">Files, folders and others looked at.</param>
/// <param name="Bytes">Bytes of files read.</param>
/// <param name="Differences">Differences found.</param>
/// <param name="Elapsed">Time since the start.</param>
public sealed record SourceDiffProgress(long Items, long Bytes, long Differences, TimeSpan Elapsed);
