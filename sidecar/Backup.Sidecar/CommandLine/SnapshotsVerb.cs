using System.CommandLine;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Lists snapshots.</summary>
internal sealed class SnapshotsVerb : Verb
{
    private readonly Argument<string[]> _snapshots = SnapshotArgument.MakeList("Ids, beginnings of ids, or latest; without any: all");

    private readonly Flag _compact = new("--compact", "-c") { Description = "Leave out the paths" };

    private readonly Option<int> _latest = new("--latest")
    {
        Description = "Only the newest so many of each group, or of each host and set of paths",
        HelpName = "count",
    };

    private readonly Option<string> _groupBy = GroupByOption.Make();

    private readonly SnapshotFilterOptions _filter = new(isForLatest: false);

    public SnapshotsVerb(VerbContext context)
        : base(context, "snapshots", "List the snapshots of the repository.")
    {
        Arguments.Add(_snapshots);
        Add(_compact, _latest, _groupBy);
        Add(_filter.All);
        Examples =
        [
            ("snapshots", "lists all, oldest first"),
            ("snapshots --latest 1 --host web1", "lists the newest of each set of paths of that host"),
            ("snapshots --group-by host,tags --json", "lists them in groups, for programs"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        await using Repository repository = await run.OpenAsync();
        var options = new SnapshotListOptions
        {
            Snapshots = run.Values(_snapshots),
            Filter = _filter.Of(run),
            GroupBy = GroupByOption.Parse(run.Value(_groupBy)),
            Latest = run.Value(_latest),
        };
        SnapshotList list = await repository.ListSnapshotsAsync(options, run.Token);
        if (run.IsJson)
        {
            WriteJson(run, list, options.GroupBy != SnapshotGrouping.None);
        }
        else
        {
            WriteText(run, list, run.Value(_compact));
        }

        foreach (RepositoryDamagedException damaged in list.Damaged)
        {
            run.Fault(damaged.Message);
        }

        return list.Damaged.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void WriteText(VerbRun run, SnapshotList list, bool compact)
    {
        foreach (SnapshotGroup group in list.Groups)
        {
            if (SnapshotTable.Title(group) is { } title)
            {
                run.Out.WriteLine(title);
            }

            SnapshotTable.Of(run, group.Snapshots, compact).Write(run.Out, spaceRows: !compact);
            run.Out.WriteLine(group.Snapshots.Count == 1 ? "1 snapshot, time is local" : $"{group.Snapshots.Count} snapshots, times are local");
        }

        if (list.Groups.Count == 0)
        {
            run.Out.WriteLine("0 snapshots");
        }
    }

    private static void WriteJson(VerbRun run, SnapshotList list, bool isGrouped)
    {
        using JsonOutput json = run.OpenJson();
        json.Document(writer =>
        {
            writer.WriteStartArray();
            foreach (SnapshotGroup group in list.Groups)
            {
                if (isGrouped)
                {
                    writer.WriteStartObject();
                    WriteKey(writer, group);
                    writer.WriteStartArray("snapshots");
                }

                foreach (Snapshot snapshot in group.Snapshots)
                {
                    writer.WriteStartObject();
                    writer.WriteSnapshot(snapshot);
                    writer.WriteEndObject();
                }

                if (isGrouped)
                {
                    writer.WriteEndArray();
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteKey(Utf8JsonWriter writer, SnapshotGroup group)
    {
        writer.WriteStartObject("group_key");
        writer.WriteString("hostname", group.Hostname ?? "");
        writer.WriteNamesOrNull("paths", group.Paths);
        writer.WriteNamesOrNull("tags", group.Tags);
        writer.WriteEndObject();
    }
}
