using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>What a prune is about to do.</summary>
/// <param name="Packs">The packs of the index, judged.</param>
/// <param name="Unreferenced">Packs that are in no index, and their sizes in bytes.</param>
/// <param name="Used">What snapshots need.</param>
/// <param name="State">Stands for all files that this depends on.</param>
internal sealed record JudgedPacks(
    IReadOnlyList<PackTally> Packs, IReadOnlyList<(PackId Pack, long Size)> Unreferenced, BlobSet Used, Digest State);
