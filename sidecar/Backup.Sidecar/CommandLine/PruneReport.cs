using System.Globalization;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Prunes, and says what came of it.</summary>
internal static class PruneReport
{
    /// <summary>Prunes.</summary>
    public static async Task<PruneResult> RunAsync(VerbRun run, Repository repository, PruneOptions options)
    {
        var display = new PruneProgressText(run);
        using var progress = new ProgressSink<PruneProgress>(display.Show);
        PruneResult result = await run.Display.RunAsync(
            run.WantsProgress, () => repository.PruneAsync(options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        if (run.IsJson)
        {
            using JsonOutput json = run.OpenJson();
            json.Line(writer => Write(writer, result));
        }
        else
        {
            Say(run, result);
        }

        return result;
    }

    private static void Say(VerbRun run, PruneResult result)
    {
        (PruneAmounts bytes, PruneAmounts blobs) = (result.Bytes, result.Blobs);
        run.Step(Row("used", blobs.Used, bytes.Used));
        run.Step(Row("duplicate", blobs.Duplicate, bytes.Duplicate));
        run.Step(Row("unused", blobs.Unused, bytes.Unused));
        run.Step($"{"in no index",-18}{SizeText.Format(bytes.Unreferenced)} in {Packs(result.Packs.Unreferenced)}");
        run.Say($"{(result.IsDryRun ? "would write anew" : "written anew"),-18}{Packs(result.Packs.Repack)}, {SizeText.Format(bytes.Repack)}");
        run.Say($"{(result.IsDryRun ? "would remove" : "removed"),-18}{Packs(result.Packs.RemoveTotal + result.Packs.Repack)}, which frees {SizeText.Format(bytes.RemoveTotal)}");
        run.Say($"{(result.IsDryRun ? "would stay" : "stays"),-18}{SizeText.Format(bytes.Remaining)}, of which {SizeText.Format(bytes.RemainingUnused)} unused{Percentage(bytes)}");
        PruneMarks marks = result.Marks;
        if (marks.RemovedPacks + marks.WaitingPacks + marks.ReinstatedPacks > 0)
        {
            run.Say($"{"marked before",-18}{Packs(marks.RemovedPacks)} removed now, {SizeText.Format(marks.RemovedBytes)}; {Packs(marks.ReinstatedPacks)} needed again");
            run.Say($"{"waits",-18}{Packs(marks.WaitingPacks)}, {SizeText.Format(marks.WaitingBytes)}, for a later run to remove");
        }

        if (!result.IsComplete)
        {
            run.Say("the time was up: run it again to go on");
        }

        if (result.UncompressedBytes > 0)
        {
            run.Say($"{"not compressed",-18}{SizeText.Format(result.UncompressedBytes)} (--repack-uncompressed compresses it)");
        }
    }

    private static string Row(string what, long blobs, long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{what,-18}{SizeText.Format(bytes)} in {blobs} blobs");

    private static string Packs(long number) =>
        number == 1 ? "1 pack" : string.Create(CultureInfo.InvariantCulture, $"{number} packs");

    private static string Percentage(PruneAmounts bytes) => bytes.Remaining == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ({100.0 * bytes.RemainingUnused / bytes.Remaining:F1}%)");

    private static void Write(Utf8JsonWriter writer, PruneResult result)
    {
        writer.WriteString("message_type", "summary");
        writer.WriteBoolean("dry_run", result.IsDryRun);
        writer.WriteBoolean("complete", result.IsComplete);
        writer.WriteStartObject("marks");
        writer.WriteNumber("packs_removed", result.Marks.RemovedPacks);
        writer.WriteNumber("bytes_removed", result.Marks.RemovedBytes);
        writer.WriteNumber("packs_waiting", result.Marks.WaitingPacks);
        writer.WriteNumber("bytes_waiting", result.Marks.WaitingBytes);
        writer.WriteNumber("packs_reinstated", result.Marks.ReinstatedPacks);
        writer.WriteEndObject();
        WriteFields(writer, result);
    }

    /// <summary>Writes what is in the packs and what becomes of it.</summary>
    public static void WriteFields(Utf8JsonWriter writer, PruneResult result)
    {
        WriteAmounts(writer, "blobs", result.Blobs);
        writer.WriteEndObject();
        WriteAmounts(writer, "bytes", result.Bytes);
        writer.WriteNumber("unreferenced", result.Bytes.Unreferenced);
        writer.WriteNumber("uncompressed", result.UncompressedBytes);
        writer.WriteNumber("remaining_unused", result.Bytes.RemainingUnused);
        writer.WriteEndObject();
        writer.WriteStartObject("packfiles");
        writer.WriteNumber("used", result.Packs.Used);
        writer.WriteNumber("unused", result.Packs.Unused);
        writer.WriteNumber("partly_used", result.Packs.PartlyUsed);
        writer.WriteNumber("unreferenced", result.Packs.Unreferenced);
        writer.WriteNumber("total", result.Packs.Total);
        writer.WriteNumber("keep", result.Packs.Keep);
        writer.WriteNumber("repack", result.Packs.Repack);
        writer.WriteNumber("remove", result.Packs.Remove);
        writer.WriteNumber("remove_total", result.Packs.RemoveTotal);
        writer.WriteEndObject();
    }

    private static void WriteAmounts(Utf8JsonWriter writer, string field, PruneAmounts amounts)
    {
        writer.WriteStartObject(field);
        writer.WriteNumber("used", amounts.Used);
        writer.WriteNumber("duplicate", amounts.Duplicate);
        writer.WriteNumber("unused", amounts.Unused);
        writer.WriteNumber("total", amounts.Total);
        writer.WriteNumber("repack", amounts.Repack);
        writer.WriteNumber("repack_remove", amounts.RepackRemove);
        writer.WriteNumber("remove", amounts.Remove);
        writer.WriteNumber("remove_total", amounts.RemoveTotal);
        writer.WriteNumber("remaining", amounts.Remaining);
    }
}
