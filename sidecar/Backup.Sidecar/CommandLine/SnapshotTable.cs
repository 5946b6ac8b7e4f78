using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Snapshots as people read them.</summary>
internal static class SnapshotTable
{
    /// <summary>What the snapshots of a group have in common; null if they are not grouped.</summary>
    public static string? Title(SnapshotGroup group)
    {
        List<string> common = [];
        if (group.Hostname is { } host)
        {
            common.Add($"host [{Printable.Name(host)}]");
        }

        if (group.Tags is { } tags)
        {
            common.Add($"tags [{string.Join(", ", tags.Select(Printable.Name))}]");
        }

        if (group.Paths is { } paths)
        {
            common.Add($"paths [{string.Join(", ", paths.Select(Printable.Name))}]");
        }

        return common.Count == 0 ? null : $"snapshots of {string.Join(", ", common)}:";
    }

    /// <summary>A table of snapshots.</summary>
    /// <param name="run">The invocation.</param>
    /// <param name="snapshots">The rows.</param>
    /// <param name="compact">Without paths.</param>
    public static TextTable Of(VerbRun run, IEnumerable<Snapshot> snapshots, bool compact) =>
        Of(run, snapshots.Select(snapshot => new KeptSnapshot(snapshot, [])), compact, hasReasons: false);

    /// <summary>A table of snapshots that are kept, with the reasons.</summary>
    public static TextTable Of(VerbRun run, IEnumerable<KeptSnapshot> snapshots, bool compact) =>
        Of(run, snapshots, compact, hasReasons: true);

    private static TextTable Of(VerbRun run, IEnumerable<KeptSnapshot> snapshots, bool compact, bool hasReasons)
    {
        string[] titles = ["ID", "Time", "Host", "Tags", .. hasReasons ? ["Reasons"] : Array.Empty<string>(), .. compact ? [] : new[] { "Paths" }, "Size"];
        TextTable table = new(titles);
        foreach ((Snapshot snapshot, IReadOnlyList<string> reasons) in snapshots)
        {
            string[] tags = [.. snapshot.Tags.Select(Printable.Name)];
            List<string[]> cells =
            [
                [snapshot.Id.ToShortString()],
                [TimeText.Local(snapshot.Time, run.Session.Time)],
                [Printable.Name(snapshot.Hostname)],
                compact && !hasReasons ? tags : [string.Join(",", tags)],
            ];
            if (hasReasons)
            {
                cells.Add([.. reasons.Select(Printable.Name)]);
            }

            if (!compact)
            {
                cells.Add([.. snapshot.Paths.Select(Printable.Name)]);
            }

            cells.Add([snapshot.Summary is { } summary ? SizeText.Format(summary.TotalBytesProcessed) : ""]);
            table.Add([.. cells]);
        }

        return table;
    }
}
