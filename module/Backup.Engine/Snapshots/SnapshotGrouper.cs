namespace Backup.Engine.Snapshots;

/// <summary>Puts snapshots into groups and keeps the newest of each.</summary>
internal static class SnapshotGrouper
{
    // Joins the parts of a key: no path, host or tag in a repository that somebody made for real contains it.
    private const char Separator = '\0';

    /// <summary>Groups snapshots; see <see cref="SnapshotListOptions.Latest"/> for the last parameter.</summary>
    public static List<SnapshotGroup> Group(
        IEnumerable<Snapshot> snapshots, SnapshotGrouping groupBy, int latest)
    {
        // Stable: of two snapshots of the same time the one with the lower id is first, every time.
        IEnumerable<Snapshot> oldestFirst = snapshots.OrderBy(s => s.Time).ThenBy(s => s.Id.Hash);
        return oldestFirst
            .GroupBy(snapshot => KeyOf(snapshot, groupBy))
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => MakeGroup(KeepLatest([.. group], groupBy, latest), groupBy))
            .ToList();
    }

    private static SnapshotGroup MakeGroup(List<Snapshot> snapshots, SnapshotGrouping groupBy) => new()
    {
        Hostname = groupBy.HasFlag(SnapshotGrouping.Host) ? snapshots[0].Hostname : null,
        Paths = groupBy.HasFlag(SnapshotGrouping.Paths) ? Sorted(snapshots[0].Paths) : null,
        Tags = groupBy.HasFlag(SnapshotGrouping.Tags) ? Sorted(snapshots[0].Tags) : null,
        Snapshots = snapshots,
    };

    private static List<Snapshot> KeepLatest(List<Snapshot> oldestFirst, SnapshotGrouping groupBy, int latest)
    {
        if (latest <= 0)
        {
            return oldestFirst;
        }

        SnapshotGrouping limited = groupBy == SnapshotGrouping.None
            ? SnapshotGrouping.Host | SnapshotGrouping.Paths
            : SnapshotGrouping.None; // all of a group count together
        var kept = new List<Snapshot>();
        var counts = new Dictionary<string, int>();
        for (int i = oldestFirst.Count - 1; i >= 0; i--)
        {
            string key = KeyOf(oldestFirst[i], limited);
            int count = counts.GetValueOrDefault(key);
            if (count < latest)
            {
                counts[key] = count + 1;
                kept.Add(oldestFirst[i]);
            }
        }

        kept.Reverse();
        return kept;
    }

    private static string KeyOf(Snapshot snapshot, SnapshotGrouping groupBy)
    {
        var parts = new List<string>();
        if (groupBy.HasFlag(SnapshotGrouping.Host))
        {
            parts.Add(snapshot.Hostname);
        }

        if (groupBy.HasFlag(SnapshotGrouping.Paths))
        {
            parts.AddRange(Sorted(snapshot.Paths));
            parts.Add(""); // so that a path can't pass for a tag
        }

        if (groupBy.HasFlag(SnapshotGrouping.Tags))
        {
            parts.AddRange(Sorted(snapshot.Tags));
        }

        return string.Join(Separator, parts);
    }

    private static List<string> Sorted(IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal)];
}
