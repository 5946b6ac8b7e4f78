using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Compares two snapshots.</summary>
internal sealed class DiffVerb : Verb
{
    private readonly Argument<string> _from = SnapshotArgument.Make("from");

    private readonly Argument<string> _to = SnapshotArgument.Make("to");

    private readonly Flag _metadata = new("--metadata") { Description = "Print changes of mode, owner and times, too (U)" };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: true);

    public DiffVerb(VerbContext context)
        : base(
            context,
            "diff",
            "Show what changed from one snapshot to another: + added, - removed, M content, T type, U metadata, "
            + "? content without any trace in the metadata, as a failing disk does it.")
    {
        Arguments.Add(_from);
        Arguments.Add(_to);
        Add(_metadata);
        Add(_filter.All);
        Examples =
        [
            ("diff 4bd1e0c2 latest", "shows what has changed since that snapshot"),
            ("diff --metadata 4bd1e0c2:/etc latest:/etc", "compares one folder, modes and owners included"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        var unreadable = new Unreadable(run);
        using JsonOutput? json = run.IsJson ? run.OpenJson() : null;
        var options = new DiffOptions
        {
            From = run.Value(_from) ?? "",
            To = run.Value(_to) ?? "",
            Filter = _filter.Of(run),
            Metadata = run.Value(_metadata),
            Changed = change => Report(run, json, change),
            Unreadable = unreadable.Report,
        };
        await using Repository repository = await run.OpenAsync();
        DiffSummary summary = await repository.DiffAsync(options, run.Token);
        if (json is not null)
        {
            json.Line(writer => WriteSummary(writer, summary));
        }
        else
        {
            SaySummary(run, summary);
        }

        return unreadable.ExitCode;
    }

    private static void Report(VerbRun run, JsonOutput? json, DiffChange change)
    {
        if (json is null)
        {
            run.Out.WriteLine($"{change.Modifier,-4} {run.Terminal.Name(change.Path)}");
            return;
        }

        json.Line(writer =>
        {
            writer.WriteString("message_type", "change");
            writer.WriteName("path", change.Path);
            writer.WriteString("modifier", change.Modifier);
        });
    }

    private static void SaySummary(VerbRun run, DiffSummary summary)
    {
        (DiffCounts added, DiffCounts removed) = (summary.Added, summary.Removed);
        run.Say($"\nfrom {summary.From.Id.ToShortString()} to {summary.To.Id.ToShortString()}:");
        Row("files", added.Files, removed.Files, summary.ChangedFiles);
        Row("folders", added.Folders, removed.Folders);
        Row("others", added.Others, removed.Others);
        Row("data blobs", added.DataBlobs, removed.DataBlobs);
        Row("tree blobs", added.TreeBlobs, removed.TreeBlobs);
        run.Say($"  {"bytes",-10} {SizeText.Format(added.Bytes)} new, {SizeText.Format(removed.Bytes)} removed");

        void Row(string what, long added, long removed, long? changed = null) => run.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"  {what,-10} {added} new, {removed} removed{(changed is null ? "" : $", {changed} changed")}"));
    }

    private static void WriteSummary(Utf8JsonWriter writer, DiffSummary summary)
    {
        writer.WriteString("message_type", "statistics");
        writer.WriteString("source_snapshot", summary.From.Id.ToString());
        writer.WriteString("target_snapshot", summary.To.Id.ToString());
        writer.WriteNumber("changed_files", summary.ChangedFiles);
        WriteCounts(writer, "added", summary.Added);
        WriteCounts(writer, "removed", summary.Removed);
    }

    private static void WriteCounts(Utf8JsonWriter writer, string field, DiffCounts counts)
    {
        writer.WriteStartObject(field);
        writer.WriteNumber("files", counts.Files);
        writer.WriteNumber("dirs", counts.Folders);
        writer.WriteNumber("others", counts.Others);
        writer.WriteNumber("data_blobs", counts.DataBlobs);
        writer.WriteNumber("tree_blobs", counts.TreeBlobs);
        writer.WriteNumber("bytes", counts.Bytes);
        writer.WriteEndObject();
    }
}
