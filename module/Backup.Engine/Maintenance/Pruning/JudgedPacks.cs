namespace Backup.Engine.Maintenance.Pruning;

/// <summary>What a prune is about to do.</summary>
/// <param name="Packs">The packs of the index, judged.</param>
/// <param name="Unreferenced">Packs that are in no index, and their sizes in bytes.</param>
/// <param name="Snapshots">All snapshots.</param>
/// <param name="IndexFiles">The index files from which the index was loaded.</param>
/// <param name="Marks">What earlier runs marked.</param>
internal sealed record JudgedPacks(
    IReadOnlyList<PackTally> Packs,
    IReadOnlyList<(PackId Pack, long Size)> Unreferenced,
    IReadOnlyList<Snapshot> Snapshots,
    IReadOnlyList<Digest> IndexFiles,
    PackMarks Marks)
{
    /// <summary>Stands for all files that this depends on.</summary>
    public Digest State => RepositoryState.Of(
        Snapshots.Select(snapshot => snapshot.Id),
        IndexFiles,
        Packs.Where(pack => pack.FileSize >= 0).Select(pack => pack.Id).Concat(Unreferenced.Select(pack => pack.Pack)));
}
