namespace Backup.Engine.Maintenance.Pruning;

/// <summary>Snapshots whose data is counted together.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Snapshots">Their ids.</param>
internal sealed record OwnerSet(string Name, HashSet<SnapshotId> Snapshots)
{
    /// <summary>Puts snapshots together.</summary>
    public static List<OwnerSet> Group(IReadOnlyList<Snapshot> snapshots, UsageGrouping groupBy)
    {
        var sets = new Dictionary<string, OwnerSet>();
        foreach (Snapshot snapshot in snapshots)
        {
            foreach (string name in NamesOf(snapshot, groupBy))
            {
                if (!sets.TryGetValue(name, out OwnerSet? set))
                {
                    sets.Add(name, set = new OwnerSet(name, []));
                }

                set.Snapshots.Add(snapshot.Id);
            }
        }

        return [.. sets.Values];
    }

    private static IEnumerable<string> NamesOf(Snapshot snapshot, UsageGrouping groupBy) => groupBy switch
    {
        UsageGrouping.Host => [snapshot.Hostname],
        UsageGrouping.Paths => [string.Join(", ", snapshot.Paths.Order(StringComparer.Ordinal))],
        UsageGrouping.Tag => snapshot.Tags.Count == 0 ? [""] : snapshot.Tags.Distinct(),
        _ => [snapshot.Id.ToString()],
    };
}
