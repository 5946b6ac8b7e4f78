namespace Backup.Engine;

/// <summary>What could be saved of a damaged pack.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="BlobsSaved">Blobs that are sound: stored anew, or found in another pack.</param>
/// <param name="BlobsLost">Blobs that are damaged here and nowhere else.</param>
/// <param name="HasCopy">Whether the pack file was copied away before.</param>
public sealed record PackRepair(PackId Pack, long BlobsSaved, IReadOnlyList<BlobId> BlobsLost, bool HasCopy = false);
