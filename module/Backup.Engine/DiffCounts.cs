namespace Backup.Engine;

/// <summary>What one of two snapshots has and the other one has not.</summary>
/// <param name="Files">Files.</param>
/// <param name="Folders">Folders.</param>
/// <param name="Others">Links, devices …</param>
/// <param name="DataBlobs">Data blobs.</param>
/// <param name="TreeBlobs">Trees.</param>
/// <param name="Bytes">Bytes in those blobs, before compression.</param>
public sealed record DiffCounts(
    long Files, long Folders, long Others, long DataBlobs, long TreeBlobs, ulong Bytes);
