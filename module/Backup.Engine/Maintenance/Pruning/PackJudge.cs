namespace Backup.Engine.Maintenance.Pruning;

/// <summary>Decides what becomes of each pack.</summary>
/// <remarks>The rules are those of restic 0.19.</remarks>
internal static class PackJudge
{
    /// <summary>The smallest pack that restic makes on purpose.</summary>
    private const long SmallestPack = 4 * 1024 * 1024;

    /// <summary>Fewer small packs are not worth the trouble; and one that is left over would be written again and again.</summary>
    private const int FewestSmallPacks = 10;

    /// <summary>Sets the action of each pack.</summary>
    public static void Judge(IReadOnlyList<PackTally> packs, PruneRules rules)
    {
        long small = SmallerThan(packs, rules);
        var candidates = new List<PackTally>();
        var smallOnes = new List<PackTally>();
        foreach (PackTally pack in packs)
        {
            pack.Action = PackAction.Keep;
            if (pack.Used.Blobs == 0)
            {
                pack.Action = PackAction.Remove;
            }
            else if (rules.CacheableOnly && pack.Content == PackContent.Data)
            {
                continue;
            }
            else if (pack.Superfluous.Blobs > 0 || pack.Content == PackContent.Mixed || rules.MustCompress(pack))
            {
                candidates.Add(pack);
            }
            else if (IsSmall(pack, small))
            {
                smallOnes.Add(pack);
            }
        }

        if (smallOnes.Count >= FewestSmallPacks)
        {
            candidates.AddRange(smallOnes);
        }

        candidates.Sort((left, right) => Compare(left, right, small));
        Choose(candidates, packs, rules, small);
    }

    private static bool IsSmall(PackTally pack, long small) => pack.FileSize < small && !pack.IsFull;

    /// <summary>Most of all, trees and small packs; then those of which the largest part is superfluous.</summary>
    private static int Compare(PackTally left, PackTally right, long small)
    {
        int order = (left.Content == PackContent.Data).CompareTo(right.Content == PackContent.Data);
        order = order != 0 ? order : (!IsSmall(left, small)).CompareTo(!IsSmall(right, small));
        order = order != 0 ? order
            : ((Int128)right.Superfluous.Bytes * left.FileSize).CompareTo((Int128)left.Superfluous.Bytes * right.FileSize);
        return order != 0 ? order : left.Id.Hash.CompareTo(right.Id.Hash);
    }

    private static void Choose(List<PackTally> candidates, IReadOnlyList<PackTally> packs, PruneRules rules, long small)
    {
        long maxUnused = rules.MaxUnused.BytesFor(packs.Sum(pack => pack.Used.Bytes));
        long unused = packs.Where(pack => pack.Action != PackAction.Remove).Sum(pack => pack.Superfluous.Bytes);
        long repacked = 0;
        foreach (PackTally pack in candidates)
        {
            bool mustBe = pack.Content != PackContent.Data || rules.MustCompress(pack) || IsSmall(pack, small);
            if (repacked + pack.FileSize >= rules.MaxRepackBytes || (!mustBe && unused < maxUnused))
            {
                continue;
            }

            pack.Action = PackAction.Repack;
            repacked += pack.FileSize;
            unused -= pack.Superfluous.Bytes;
        }
    }

    /// <summary>
    /// Four fifths of the size that all but three percent of the packs have: where packs are not small there are no
    /// small ones.
    /// </summary>
    private static long SmallerThan(IReadOnlyList<PackTally> packs, PruneRules rules)
    {
        if (rules.SmallerThan is long limit)
        {
            return limit;
        }

        long[] sizes = [.. packs.Where(pack => !pack.IsMarked).Select(pack => pack.IndexedSize)];
        Array.Sort(sizes);
        return sizes.Length == 0 ? 0 : Math.Max(SmallestPack, sizes[(int)(sizes.Length * 3L / 100)]) * 4 / 5;
    }
}
