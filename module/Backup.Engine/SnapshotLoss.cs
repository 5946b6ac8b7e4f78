namespace Backup.Engine;

/// <summary>Something that a snapshot has lost.</summary>
/// <param name="Path">The item's path in the snapshot.</param>
/// <param name="Kind">What is lost of it.</param>
/// <param name="BytesLost">Bytes of content that are missing, as far as that is known.</param>
public sealed record SnapshotLoss(string Path, SnapshotLossKind Kind, ulong BytesLost);
