using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>Makes plans of what was judged, and judges by them.</summary>
internal static class PlanFile
{
    /// <summary>What was judged, as a plan.</summary>
    public static PrunePlan Of(JudgedPacks judged, OpenedRepository repository, PruneRules rules) => new()
    {
        RepositoryId = repository.Config.Id,
        State = judged.State,
        Remove = PacksFor(judged, PackAction.Remove),
        Repack = PacksFor(judged, PackAction.Repack),
        Unreferenced = [.. judged.Unreferenced.Select(pack => pack.Pack).OrderBy(pack => pack.Hash)],
        RepackUncompressed = rules.Uncompressed,
    };

    /// <summary>
    /// Sets the actions that a plan says. That nothing that is needed goes by it is verified later, as always: a plan is
    /// a file that anybody may have changed.
    /// </summary>
    /// <exception cref="ArgumentException">It is for another repository, or for another state of this one.</exception>
    public static void Apply(PrunePlan plan, JudgedPacks judged, OpenedRepository repository)
    {
        if (plan.RepositoryId != repository.Config.Id)
        {
            throw new ArgumentException("The plan was made for another repository.", nameof(plan));
        }

        HashSet<PackId> remove = [.. plan.Remove];
        HashSet<PackId> repack = [.. plan.Repack];
        HashSet<PackId> known = [.. judged.Packs.Select(pack => pack.Id)];
        if (plan.State != judged.State
            || !known.IsSupersetOf(remove) || !known.IsSupersetOf(repack) || remove.Overlaps(repack)
            || !plan.Unreferenced.ToHashSet().SetEquals(judged.Unreferenced.Select(pack => pack.Pack)))
        {
            throw new ArgumentException("The repository has changed since the plan was made. Nothing was removed; make a new plan.", nameof(plan));
        }

        foreach (PackTally pack in judged.Packs)
        {
            pack.Action = remove.Contains(pack.Id) ? PackAction.Remove : repack.Contains(pack.Id) ? PackAction.Repack : PackAction.Keep;
            if (pack.Action == PackAction.Remove && pack.Used.Blobs > 0)
            {
                throw new ArgumentException($"By the plan the pack {pack.Id} would be removed, which is needed. Nothing was removed; make a new plan.", nameof(plan));
            }
        }
    }

    private static PackId[] PacksFor(JudgedPacks judged, PackAction action) =>
        [.. judged.Packs.Where(pack => pack.Action == action).Select(pack => pack.Id).OrderBy(pack => pack.Hash)];
}
