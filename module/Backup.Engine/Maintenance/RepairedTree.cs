namespace Backup.Engine.Maintenance;

/// <summary>What became of a tree.</summary>
/// <param name="Id">The tree with what is left; null if it can't be read.</param>
/// <param name="Losses">What it and the trees in it have lost, with paths that begin at the tree.</param>
internal sealed record RepairedTree(BlobId? Id, IReadOnlyList<SnapshotLoss> Losses);
