using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Compares files with a snapshot and tells what differs.</summary>
internal static class SourceDiffReport
{
    /// <summary>Compares and tells.</summary>
    /// <returns>Whether all was compared, and nothing differs.</returns>
    public static async Task<bool> RunAsync(VerbRun run, Repository repository, SourceDiffOptions options)
    {
        using JsonOutput? json = run.IsJson ? run.OpenJson() : null;
        SourceDiffOptions telling = options with
        {
            Changed = change => Tell(run, json, change),
            Uncompared = (path, reason) => run.ItemFault("compare", path, $"not compared. {reason}"),
        };
        using var progress = new ProgressSink<SourceDiffProgress>(now => run.Display.Show(
            0,
            0,
            string.Create(CultureInfo.InvariantCulture, $"comparing: {now.Items} items, {SizeText.FormatShort(now.Bytes)}, {now.Differences} differences")));
        SourceDiffSummary summary = await run.Display.RunAsync(
            run.WantsProgress, () => repository.DiffSourceAsync(telling, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        if (json is not null)
        {
            WriteSummary(json, summary);
            return summary.IsEqual;
        }

        run.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"compared {summary.Items} items, {SizeText.Format(summary.Bytes)}, with the snapshot {SnapshotArgument.Describe(run, summary.Snapshot)} in {DurationText.Format(summary.Elapsed)}"));
        if (summary.IsEqual)
        {
            run.Say("no differences were found");
        }
        else
        {
            run.Display.Error(string.Create(
                CultureInfo.InvariantCulture, $"error: {summary.Differences} differences, {summary.Uncompared} items not compared"));
        }

        return summary.IsEqual;
    }

    private static void Tell(VerbRun run, JsonOutput? json, DiffChange change)
    {
        if (json is null)
        {
            run.Display.Line($"{change.DiskText}: {run.Terminal.Name(change.Path)}");
            return;
        }

        json.Line(writer =>
        {
            writer.WriteString("message_type", "change");
            writer.WriteName("path", change.Path);
            writer.WriteString("modifier", change.Modifier);
        });
    }

    private static void WriteSummary(JsonOutput json, SourceDiffSummary summary) => json.Line(writer =>
    {
        writer.WriteString("message_type", "comparison");
        writer.WriteString("snapshot", summary.Snapshot.Id.ToString());
        writer.WriteNumber("items", summary.Items);
        writer.WriteNumber("bytes", summary.Bytes);
        writer.WriteNumber("differences", summary.Differences);
        writer.WriteNumber("not_compared", summary.Uncompared);
    });
}
