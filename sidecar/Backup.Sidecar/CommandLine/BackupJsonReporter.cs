using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells programs how a backup goes, in restic's words.</summary>
internal sealed class BackupJsonReporter(VerbRun run) : BackupReporter(run)
{
    private readonly JsonOutput _json = run.OpenJson(isLive: true);
    private readonly StatusPace _pace = new(run);
    private readonly RateEstimator _rate = new();

    public override void Show(BackupProgress now)
    {
        _rate.Add(now.Elapsed, now.BytesDone);
        if (!_pace.IsDue())
        {
            return;
        }

        TimeSpan? remaining = now.IsScanComplete ? _rate.TimeFor(now.BytesTotal - now.BytesDone) : null;
        _json.Line(writer =>
        {
            writer.WriteString("message_type", "status");
            writer.WriteUnlessZero("seconds_elapsed", (ulong)now.Elapsed.TotalSeconds);
            writer.WriteUnlessZero("seconds_remaining", (ulong)(remaining?.TotalSeconds ?? 0));
            writer.WriteNumber("percent_done", now.BytesTotal > 0 ? Math.Min(1, (double)now.BytesDone / now.BytesTotal) : 0);
            writer.WriteUnlessZero("total_files", (ulong)now.FilesTotal);
            writer.WriteUnlessZero("files_done", (ulong)now.FilesDone);
            writer.WriteUnlessZero("total_bytes", (ulong)now.BytesTotal);
            writer.WriteUnlessZero("bytes_done", (ulong)now.BytesDone);
            writer.WriteUnlessZero("error_count", (ulong)now.Skipped);
            if (now.CurrentFiles.Count > 0)
            {
                writer.WriteNames("current_files", now.CurrentFiles);
            }
        });
    }

    public override void Finish(BackupSummary summary) => _json.Line(writer =>
    {
        writer.WriteString("message_type", "summary");
        Write(writer, summary);
    });

    public override void Finish(IReadOnlyList<BackupTargetResult> results) => _json.Line(writer =>
    {
        writer.WriteString("message_type", "summary");
        if (results.FirstOrDefault(result => result.Summary is not null)?.Summary is { } any)
        {
            Write(writer, any);
        }

        writer.WriteStartArray("repositories");
        foreach (BackupTargetResult result in results)
        {
            writer.WriteStartObject();
            writer.WriteString("repository", result.Location);
            writer.WriteString("status", StatusOf(result));
            if (result.Summary is { } summary)
            {
                writer.WriteUnlessEmpty("snapshot_id", summary.Snapshot?.Id.ToString());
                writer.WriteUnlessEmpty("parent", summary.Parent?.ToString());
                writer.WriteNumber("data_added", summary.Counts.DataAdded);
                writer.WriteNumber("data_added_packed", summary.Counts.DataAddedPacked);
            }

            writer.WriteUnlessEmpty("error_id", result.Error?.ErrorId);
            writer.WriteUnlessEmpty("error", result.Error is { } error ? CommandWording.Of(error.Message) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static string StatusOf(BackupTargetResult result) => result switch
    {
        { Summary: null } => "failed",
        { Summary.IsDryRun: true } => "dry_run",
        { Summary.Snapshot: null } => "unchanged",
        _ => "saved",
    };

    private static void Write(Utf8JsonWriter writer, BackupSummary summary)
    {
        writer.WriteCounts(summary.Counts);
        writer.WriteNumber("total_duration", summary.Elapsed.TotalSeconds);
        if (summary.Downtime is { } downtime)
        {
            writer.WriteNumber("downtime", downtime.TotalSeconds);
        }

        writer.WriteTime("backup_start", summary.Counts.BackupStart);
        writer.WriteTime("backup_end", summary.Counts.BackupEnd);
        writer.WriteUnlessEmpty("snapshot_id", summary.Snapshot?.Id.ToString());
        writer.WriteString("tree", summary.Tree.ToString());
        writer.WriteUnlessEmpty("parent", summary.Parent?.ToString());
        writer.WriteUnlessZero("error_count", (ulong)summary.Skipped.Count);
        if (summary.IsDryRun)
        {
            writer.WriteBoolean("dry_run", true);
        }
    }

    protected override void Tell(BackupItemReport item) => _json.Line(writer =>
    {
        if (item.Action == BackupItemAction.Excluded)
        {
            writer.WriteString("message_type", "excluded_item");
            writer.WriteName("item", item.Path);
            writer.WriteName("rule", item.Detail);
            return;
        }

        bool isFolder = item.Type == NodeType.Directory;
        writer.WriteString("message_type", "verbose_status");
        writer.WriteString("action", Word(item.Action));
        writer.WriteName("item", PathOf(item));
        writer.WriteNumber("data_size", isFolder ? 0 : item.Added);
        writer.WriteNumber("data_size_in_repo", isFolder ? 0 : item.AddedPacked);
        writer.WriteNumber("metadata_size", isFolder ? item.Added : 0);
        writer.WriteNumber("metadata_size_in_repo", isFolder ? item.AddedPacked : 0);
    });

    protected override void Close() => _json.Dispose();
}
