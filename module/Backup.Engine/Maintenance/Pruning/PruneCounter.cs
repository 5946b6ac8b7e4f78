namespace Backup.Engine.Maintenance.Pruning;

/// <summary>Adds up what is known of the packs and what becomes of them.</summary>
internal static class PruneCounter
{
    /// <summary>Adds it up.</summary>
    /// <param name="packs">The packs of the index, judged.</param>
    /// <param name="unreferenced">The packs that are in no index.</param>
    /// <param name="canCompress">Whether it matters that something is not compressed.</param>
    public static PruneResult Count(
        IReadOnlyList<PackTally> packs, IReadOnlyList<(PackId Pack, long Size)> unreferenced, bool canCompress)
    {
        var bytes = new PruneAmounts { Unreferenced = unreferenced.Sum(pack => pack.Size) };
        var blobs = new PruneAmounts();
        var counts = new PrunePackCounts { Unreferenced = unreferenced.Count };
        long uncompressed = 0;
        foreach (PackTally pack in packs)
        {
            bytes = Add(bytes, pack, pack.FileSize, count => count.Bytes);
            blobs = Add(blobs, pack, (pack.Used + pack.Superfluous).Blobs, count => count.Blobs);
            if (pack.FileSize >= 0)
            {
                counts = Add(counts, pack);
            }

            uncompressed += pack.Action == PackAction.Keep && pack.HasUncompressed && canCompress ? pack.FileSize : 0;
        }

        return new PruneResult { Bytes = bytes, Blobs = blobs, Packs = counts, UncompressedBytes = uncompressed };
    }

    private static PruneAmounts Add(PruneAmounts sum, PackTally pack, long whole, Func<BlobCount, long> amount) => sum with
    {
        Used = sum.Used + amount(pack.Used),
        Duplicate = sum.Duplicate + amount(pack.Duplicate),
        Unused = sum.Unused + amount(pack.Unused),
        Repack = sum.Repack + (pack.Action == PackAction.Repack ? whole : 0),
        RepackRemove = sum.RepackRemove + (pack.Action == PackAction.Repack ? amount(pack.Superfluous) : 0),
        Remove = sum.Remove + (pack.Action == PackAction.Remove ? amount(pack.Superfluous) : 0),
    };

    private static PrunePackCounts Add(PrunePackCounts sum, PackTally pack) => sum with
    {
        Used = sum.Used + (pack.Used.Blobs > 0 && pack.Superfluous.Blobs == 0 ? 1 : 0),
        PartlyUsed = sum.PartlyUsed + (pack.Used.Blobs > 0 && pack.Superfluous.Blobs > 0 ? 1 : 0),
        Unused = sum.Unused + (pack.Used.Blobs == 0 ? 1 : 0),
        Keep = sum.Keep + (pack.Action == PackAction.Keep ? 1 : 0),
        Repack = sum.Repack + (pack.Action == PackAction.Repack ? 1 : 0),
        Remove = sum.Remove + (pack.Action == PackAction.Remove ? 1 : 0),
    };
}
