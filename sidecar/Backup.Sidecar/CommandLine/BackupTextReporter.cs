using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells people how a backup goes.</summary>
internal sealed class BackupTextReporter(VerbRun run) : BackupReporter(run)
{
    private readonly VerbRun _run = run;
    private readonly RateEstimator _rate = new();
    private bool _isScanTold;

    public override void Show(BackupProgress now)
    {
        if (now.IsScanComplete && !_isScanTold)
        {
            _isScanTold = true;
            _run.Step(Text($"there are {now.FilesTotal} files, {SizeText.Format(now.BytesTotal)}"));
        }

        _rate.Add(now.Elapsed, now.BytesDone);
        string totals = now.IsScanComplete
            ? Text($"{now.FilesDone}/{now.FilesTotal} files, {SizeText.FormatShort(now.BytesDone)}/{SizeText.FormatShort(now.BytesTotal)}")
            : Text($"{now.FilesDone} files, {SizeText.FormatShort(now.BytesDone)}");
        string errors = now.Skipped == 0 ? "" : Text($", {now.Skipped} errors");
        _run.Display.Show(
            now.BytesDone,
            now.IsScanComplete ? now.BytesTotal : 0,
            totals + RateText.Of(_rate, now.IsScanComplete ? now.BytesTotal - now.BytesDone : 0) + errors,
            now.CurrentFiles.Count == 0 ? "" : Printable.Name(now.CurrentFiles[0]));
    }

    public override void Finish(BackupSummary summary)
    {
        if (summary.Parent is { } parent)
        {
            _run.Step($"compared with snapshot {parent.ToShortString()}");
        }

        TellItems(summary);
        _run.Say(AddedText(summary));
        TellReading(summary);
        if (summary.Snapshot is not null || !summary.IsDryRun)
        {
            _run.Say(SnapshotText(summary));
        }
    }

    public override void Finish(IReadOnlyList<BackupTargetResult> results)
    {
        if (results.FirstOrDefault(result => result.Summary is not null)?.Summary is { } any)
        {
            TellItems(any);
            TellReading(any);
        }

        foreach (BackupTargetResult result in results)
        {
            string place = Printable.Name(result.Location);
            if (result.Summary is { } summary)
            {
                _run.Say($"{place}: {AddedText(summary)}; {SnapshotText(summary)}");
            }
            else
            {
                _run.Fault($"{place} has no snapshot of this backup: {result.Error?.Message} The next backup makes good for it.");
            }
        }
    }

    private void TellItems(BackupSummary summary)
    {
        SnapshotSummary counts = summary.Counts;
        _run.Say(Text($"files  {counts.FilesNew} new, {counts.FilesChanged} changed, {counts.FilesUnmodified} unmodified"));
        _run.Say(Text($"dirs   {counts.DirsNew} new, {counts.DirsChanged} changed, {counts.DirsUnmodified} unmodified"));
        _run.Step(Text($"blobs  {counts.DataBlobs} data, {counts.TreeBlobs} trees"));
    }

    private void TellReading(BackupSummary summary)
    {
        SnapshotSummary counts = summary.Counts;
        _run.Say(Text(
            $"read   {counts.TotalFilesProcessed} files, {SizeText.Format(counts.TotalBytesProcessed)} in {DurationText.Format(summary.Elapsed)}"));
        if (summary.Downtime is { } downtime)
        {
            _run.Say(Text($"quiet  {downtime.TotalSeconds:0.0} seconds, in which the application held still"));
        }

        if (summary.Skipped.Count > 0)
        {
            _run.Warn(summary.Skipped.Count == 1
                ? "1 entry could not be read: the snapshot is incomplete."
                : Text($"{summary.Skipped.Count} entries could not be read: the snapshot is incomplete."));
        }
    }

    private static string AddedText(BackupSummary summary) =>
        $"{(summary.IsDryRun ? "would add" : "added ")} {SizeText.Format(summary.Counts.DataAdded)}, {SizeText.Format(summary.Counts.DataAddedPacked)} stored";

    private static string SnapshotText(BackupSummary summary) =>
        summary.Snapshot is { } snapshot ? $"snapshot {snapshot.Id.ToShortString()} saved"
        : summary.IsDryRun ? "nothing was saved"
        : "nothing has changed, so no snapshot was made";

    protected override void Tell(BackupItemReport item)
    {
        string detail = item.Action switch
        {
            BackupItemAction.Excluded => $" by {Printable.Name(item.Detail)}",
            BackupItemAction.Unchanged => "",
            _ => $", {SizeText.Format(item.Size)} ({SizeText.Format(item.Added)} added, {SizeText.Format(item.AddedPacked)} stored)",
        };
        _run.Display.Line($"{Word(item.Action),-9} {Printable.Name(PathOf(item))}{detail}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
