using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells how far a copy is and what it copied: on a terminal, as text, or as JSON lines.</summary>
internal sealed class CopyReporter(VerbRun run) : IDisposable
{
    private readonly JsonOutput? _json = run.IsJson ? run.OpenJson(isLive: true) : null;
    private readonly RateEstimator _rate = new();

    public void Show(CopyProgress now)
    {
        _rate.Add(now.Elapsed, now.BytesDone);
        run.Display.Show(now.BytesDone, now.BytesTotal, string.Create(
            CultureInfo.InvariantCulture,
            $"{now.SnapshotsDone} of {now.SnapshotsTotal} snapshots, {SizeText.FormatShort(now.BytesDone)}/{SizeText.FormatShort(now.BytesTotal)}{RateText.Of(_rate, now.BytesTotal - now.BytesDone)}"));
    }

    public void Tell(CopiedSnapshot copied)
    {
        _json?.Line(writer =>
        {
            writer.WriteString("message_type", "snapshot_copied");
            writer.WriteString("source_snapshot_id", copied.Source.Id.ToString());
            if (copied.Copy is SnapshotId copy)
            {
                writer.WriteString("snapshot_id", copy.ToString());
            }
        });
        string id = copied.Source.Id.ToShortString();
        run.Say(copied.Copy is null ? $"snapshot {id} would be copied"
            : copied.Copy == copied.Source.Id ? $"snapshot {id} copied"
            : $"snapshot {id} copied as {copied.Copy.Value.ToShortString()}");
    }

    /// <summary>Tells what it came to.</summary>
    /// <returns>The exit code.</returns>
    public int Finish(CopySummary summary)
    {
        _json?.Line(writer =>
        {
            writer.WriteString("message_type", "summary");
            writer.WriteNumber("snapshots_copied", summary.Copied.Count);
            writer.WriteNumber("snapshots_already_there", summary.AlreadyThere);
            writer.WriteNames("snapshots_removed", summary.Removed.Select(id => id.ToString()));
            writer.WriteNames("snapshots_unreadable", summary.Unreadable.Select(id => id.ToString()));
            writer.WriteNumber("blobs_copied", summary.Blobs);
            writer.WriteNumber("bytes_copied", summary.Bytes);
            writer.WriteNumber("packs_read", summary.PacksRead);
            writer.WriteBoolean("dry_run", summary.IsDryRun);
        });
        foreach (SnapshotId id in summary.Removed)
        {
            run.Say($"snapshot {id.ToShortString()} {(summary.IsDryRun ? "would be " : "")}removed: the other repository has it no longer");
        }

        string would = summary.IsDryRun ? "would be " : "";
        run.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Copied.Count} snapshots {would}copied, {summary.AlreadyThere} already there; {summary.Blobs} blobs with {SizeText.Format(summary.Bytes)} in {DurationText.Format(summary.Elapsed)}"));
        foreach (SnapshotId id in summary.Unreadable)
        {
            run.Fault($"The snapshot {id} of the other repository can't be read, so it was not copied. Run a check there.");
        }

        return summary.Unreadable.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    public void Dispose() => _json?.Dispose();
}
