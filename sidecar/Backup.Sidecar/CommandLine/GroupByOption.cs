using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The option that says what snapshots of one group have in common.</summary>
internal static class GroupByOption
{
    /// <summary>Makes it.</summary>
    /// <param name="preset">What it is unless it is given.</param>
    public static Option<string> Make(string preset = "")
    {
        Option<string> option = new("--group-by", "-g")
        {
            Description = "Group by host, paths and/or tags, separated by commas"
                + (preset.Length > 0 ? $" (default {preset}; '' for one group)" : ""),
            HelpName = "what",
            DefaultValueFactory = _ => preset,
        };
        option.CompletionSources.Add("host", "paths", "tags", "host,paths");
        return option;
    }

    /// <exception cref="UsageException">Something else than host, paths and tags.</exception>
    public static SnapshotGrouping Parse(string? text)
    {
        SnapshotGrouping grouping = SnapshotGrouping.None;
        foreach (string part in SnapshotFilterOptions.SplitTags(text ?? ""))
        {
            grouping |= part switch
            {
                "host" or "hosts" => SnapshotGrouping.Host,
                "path" or "paths" => SnapshotGrouping.Paths,
                "tag" or "tags" => SnapshotGrouping.Tags,
                _ => throw new UsageException($"Snapshots can't be grouped by «{part}», but by host, paths and tags."),
            };
        }

        return grouping;
    }
}
