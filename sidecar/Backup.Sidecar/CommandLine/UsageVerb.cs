using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells who needs the space.</summary>
internal sealed class UsageVerb : Verb
{
    private static readonly Dictionary<string, UsageGrouping> Groupings = new()
    {
        ["host"] = UsageGrouping.Host,
        ["paths"] = UsageGrouping.Paths,
        ["tag"] = UsageGrouping.Tag,
        ["snapshot"] = UsageGrouping.Snapshot,
    };

    private readonly Argument<string[]> _snapshots = new("snapshots")
    {
        Description = "Ids, beginnings of ids, or latest: also tell what forgetting these would free",
        HelpName = "SNAPSHOT",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _by = new("--by")
    {
        Description = "Whose data is counted together: that of a host (the default), of the same paths, of a tag or of a snapshot",
        HelpName = "host|paths|tag|snapshot",
        DefaultValueFactory = _ => "host",
    };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: false, hasLetter: false);

    public UsageVerb(VerbContext context)
        : base(
            context,
            "usage",
            "Tell who needs how much space, alone or together with others, what forgetting snapshots would free, and why space is not free yet.")
    {
        _by.AcceptOnlyFromAmong([.. Groupings.Keys]);
        Arguments.Add(_snapshots);
        Add(_by);
        Add(_filter.All);
        Examples =
        [
            ("usage", "tells what each host needs, and what of it no other host does"),
            ("usage --by snapshot", "tells which snapshots are worth forgetting"),
            ("usage --host web1 --tag daily", "also tells what forgetting these snapshots would free"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        string by = run.Value(_by) ?? "";
        string[] ids = run.Values(_snapshots);
        var options = new UsageOptions { GroupBy = Groupings[by], Forget = ids, ForgetFilter = _filter.Of(run, ids) };
        await using Repository repository = await run.OpenAsync();
        using var progress = new ProgressSink<UsageProgress>(now => run.Display.Show(
            now.TreesDone, now.TreesTotal, string.Create(CultureInfo.InvariantCulture, $"{now.TreesDone} folders read")));
        UsageReport report = await run.Display.RunAsync(
            run.WantsProgress, () => repository.UsageAsync(options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines
        if (run.IsJson)
        {
            using JsonOutput json = run.OpenJson();
            json.Line(writer => Write(writer, by, report));
        }
        else
        {
            Print(run, by, report);
        }

        return ExitCodes.Done;
    }

    private static void Print(VerbRun run, string by, UsageReport report)
    {
        var table = new TextTable(char.ToUpperInvariant(by[0]) + by[1..], "Snapshots", "Size", "Own", "Shared");
        foreach (UsageOwner owner in report.Owners)
        {
            string name = report.GroupBy == UsageGrouping.Snapshot ? owner.Name[..8] : owner.Name.Length == 0 ? "(none)" : Printable.Name(owner.Name);
            table.Add(
                [name],
                [owner.Snapshots.ToString(CultureInfo.InvariantCulture)],
                [SizeText.Format(owner.Bytes)],
                [SizeText.Format(owner.ExclusiveBytes)],
                [SizeText.Format(owner.SharedBytes)]);
        }

        table.Write(run.Out, spaceRows: false);
        if (report.Forgotten is { } forgotten)
        {
            string what = forgotten.Snapshots == 1 ? "1 snapshot" : $"{forgotten.Snapshots} snapshots";
            run.Say($"forgetting {what} and pruning would free {SizeText.Format(forgotten.ExclusiveBytes)} of {SizeText.Format(forgotten.Bytes)}");
        }

        (PruneAmounts bytes, PrunePackCounts packs) = (report.Space.Bytes, report.Space.Packs);
        long partly = bytes.Unused + bytes.Duplicate - bytes.Remove;
        Row("in packs", bytes.Total, "");
        Row("needed", bytes.Used, "");
        Row("in unused packs", bytes.Remove, $"{packs.Remove} packs that «prune» removes");
        Row("in used packs", partly, $"of which «prune» writes {packs.Repack} anew and frees {SizeText.Format(bytes.RepackRemove)}");
        Row("copies", bytes.Duplicate, "of what is needed, among the above");
        Row("in no index", bytes.Unreferenced, $"{packs.Unreferenced} packs: leftovers, or of a backup that is running");

        void Row(string name, long size, string why) => run.Out.WriteLine($"{name + ":",-18}{SizeText.Format(size),-14}{why}".TrimEnd());
    }

    private static void Write(Utf8JsonWriter writer, string by, UsageReport report)
    {
        writer.WriteString("message_type", "summary");
        writer.WriteString("by", by);
        writer.WriteStartArray("owners");
        foreach (UsageOwner owner in report.Owners)
        {
            writer.WriteStartObject();
            writer.WriteName("name", owner.Name);
            WriteOwner(writer, owner);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (report.Forgotten is { } forgotten)
        {
            writer.WriteStartObject("forgotten");
            WriteOwner(writer, forgotten);
            writer.WriteEndObject();
        }

        writer.WriteStartObject("space");
        PruneReport.WriteFields(writer, report.Space);
        writer.WriteEndObject();
    }

    private static void WriteOwner(Utf8JsonWriter writer, UsageOwner owner)
    {
        writer.WriteNumber("snapshots", owner.Snapshots);
        writer.WriteNumber("blobs", owner.Blobs);
        writer.WriteNumber("bytes", owner.Bytes);
        writer.WriteNumber("exclusive_bytes", owner.ExclusiveBytes);
        writer.WriteNumber("shared_bytes", owner.SharedBytes);
    }
}
