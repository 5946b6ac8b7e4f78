using System.Globalization;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells programs how a restore goes, in restic's words.</summary>
internal sealed class RestoreJsonReporter(VerbRun run) : RestoreReporter
{
    private readonly JsonOutput _json = run.OpenJson(isLive: true);
    private readonly StatusPace _pace = new(run);

    public override void Show(RestoreProgress now)
    {
        if (!_pace.IsDue())
        {
            return;
        }

        _json.Line(writer =>
        {
            writer.WriteString("message_type", "status");
            writer.WriteUnlessZero("seconds_elapsed", (ulong)now.Elapsed.TotalSeconds);
            writer.WriteNumber("percent_done", now.BytesTotal > 0 ? (double)now.BytesDone / now.BytesTotal : 0);
            writer.WriteUnlessZero("total_files", (ulong)now.ItemsTotal);
            writer.WriteUnlessZero("files_restored", (ulong)(now.ItemsDone - now.ItemsKept));
            writer.WriteUnlessZero("files_skipped", (ulong)now.ItemsKept);
            writer.WriteUnlessZero("files_deleted", (ulong)now.ItemsDeleted);
            writer.WriteUnlessZero("total_bytes", (ulong)now.BytesTotal);
            writer.WriteUnlessZero("bytes_restored", (ulong)now.BytesDone);
        });
    }

    public override void ItemDone(RestoreItemReport item) => _json.Line(writer =>
    {
        writer.WriteString("message_type", "verbose_status");
        writer.WriteString("action", Word(item.Action));
        writer.WriteName("item", item.Path);
        writer.WriteNumber("size", item.Size);
    });

    public override void Finish(RestoreSummary summary)
    {
        foreach (string note in NotesOf(summary, run.Verbosity))
        {
            run.Warn(note);
        }

        _json.Line(writer => Write(writer, summary));
    }

    /// <summary>What is said of the notes: a restore by an ordinary user has one for each item, as its owner can't be set.</summary>
    internal static IEnumerable<string> NotesOf(RestoreSummary summary, Verbosity verbosity)
    {
        if (verbosity >= Verbosity.EveryItem)
        {
            return summary.Notes.Select(note => $"{note.Path}: {note.Message}");
        }

        string more = summary.NoteCount > 1
            ? string.Create(CultureInfo.InvariantCulture, $" (and {summary.NoteCount - 1:N0} more notes; -vv lists them)")
            : "";
        return summary.Notes.Take(1).Select(note => $"{note.Path}: {note.Message}{more}");
    }

    protected override void Close() => _json.Dispose();

    private static void Write(Utf8JsonWriter writer, RestoreSummary summary)
    {
        writer.WriteString("message_type", "summary");
        writer.WriteUnlessZero("seconds_elapsed", (ulong)summary.Elapsed.TotalSeconds);
        writer.WriteUnlessZero("total_files", (ulong)summary.Items);
        writer.WriteUnlessZero(
            "files_restored", (ulong)(summary.FilesRestored + summary.FilesUpdated + summary.Directories + summary.OtherItems));
        writer.WriteUnlessZero("files_skipped", (ulong)(summary.FilesUnchanged + summary.ItemsKept));
        writer.WriteUnlessZero("files_deleted", (ulong)summary.ItemsDeleted);
        writer.WriteUnlessZero("total_bytes", (ulong)summary.BytesTotal);
        writer.WriteUnlessZero("bytes_restored", (ulong)summary.BytesRestored);
        writer.WriteUnlessZero("bytes_skipped", (ulong)summary.BytesSkipped);
        writer.WriteUnlessZero("files_verified", (ulong)summary.FilesVerified);
        writer.WriteUnlessZero("error_count", (ulong)summary.ErrorCount);
        writer.WriteString("snapshot_id", summary.Snapshot.Id.ToString());
        writer.WriteBoolean("dry_run", summary.IsDryRun);
    }
}
