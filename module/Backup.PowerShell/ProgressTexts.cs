using System.Globalization;
using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell;

/// <summary>How far the engine's operations are, in words.</summary>
internal static class ProgressTexts
{
    public static IEnumerable<ProgressInfo> Of(BackupProgress now, RateEstimator rate)
    {
        rate.Add(now.Elapsed, now.BytesDone);
        bool isKnown = now.IsScanComplete;
        string counts = isKnown
            ? Text($"{now.FilesDone:N0} of {now.FilesTotal:N0} files, {Sizes(now.BytesDone, now.BytesTotal)}")
            : Text($"{now.FilesDone:N0} files, {FormatHelper.Size(now.BytesDone)}");
        yield return new ProgressInfo(0, "Backing up", counts + Speed(rate) + (now.Skipped > 0 ? Text($", {now.Skipped:N0} errors") : ""))
        {
            Percent = isKnown ? Percent(now.BytesDone, now.BytesTotal) : -1,
            SecondsLeft = isKnown ? Seconds(rate, now.BytesTotal - now.BytesDone) : -1,
        };
        if (now.CurrentFiles.Count > 0)
        {
            yield return new ProgressInfo(1, "Reading", Printable.Name(now.CurrentFiles[0]));
        }
    }

    public static IEnumerable<ProgressInfo> Of(RestoreProgress now, RateEstimator rate)
    {
        rate.Add(now.Elapsed, now.BytesDone);
        string errors = now.Errors > 0 ? Text($", {now.Errors:N0} errors") : "";
        yield return new ProgressInfo(
            0,
            "Restoring",
            Text($"{now.ItemsDone:N0} of {now.ItemsTotal:N0} items, {Sizes(now.BytesDone, now.BytesTotal)}{Speed(rate)}{errors}"))
        {
            Percent = now.IsPlanComplete ? Percent(now.BytesDone, now.BytesTotal) : -1,
            SecondsLeft = now.IsPlanComplete ? Seconds(rate, now.BytesTotal - now.BytesDone) : -1,
        };
        yield return new ProgressInfo(1, now.Phase.ToString(), now.Phase switch
        {
            RestorePhase.Planning => "comparing the snapshot with the destination",
            RestorePhase.Writing => "writing contents",
            RestorePhase.Verifying => Text($"{now.FilesVerified:N0} files read back"),
            _ => "setting what directories carry",
        });
    }

    public static IEnumerable<ProgressInfo> Of(CheckProgress now, RateEstimator rate)
    {
        bool isData = now.Phase == CheckPhase.Data;
        if (isData)
        {
            rate.Add(now.Elapsed, now.BytesDone);
        }

        string what = now.Phase switch
        {
            CheckPhase.Index => "reading the index",
            CheckPhase.Packs => "comparing packs with the index",
            CheckPhase.Trees => "following the trees",
            _ => "reading data",
        };
        string count = isData
            ? Sizes(now.BytesDone, now.BytesTotal) + Speed(rate)
            : Counted(now.Done, now.Total);
        yield return new ProgressInfo(0, "Checking", $"{what}: {count}{(now.Errors > 0 ? Text($", {now.Errors:N0} errors") : "")}")
        {
            Percent = isData ? Percent(now.BytesDone, now.BytesTotal) : Percent(now.Done, now.Total),
            SecondsLeft = isData ? Seconds(rate, now.BytesTotal - now.BytesDone) : -1,
        };
    }

    public static IEnumerable<ProgressInfo> Of(StatsProgress now, RateEstimator rate)
    {
        rate.Add(now.Elapsed, now.Items);
        yield return new ProgressInfo(
            0, "Counting", Text($"{now.SnapshotsDone:N0} of {now.SnapshotsTotal:N0} snapshots, {now.Items:N0} items"))
        {
            Percent = Percent(now.SnapshotsDone, now.SnapshotsTotal),
        };
    }

    public static IEnumerable<ProgressInfo> Of(UsageProgress now, RateEstimator rate)
    {
        rate.Add(now.Elapsed, now.TreesDone);
        yield return new ProgressInfo(0, "Counting", Text($"{Counted(now.TreesDone, now.TreesTotal)} folders"))
        {
            Percent = Percent(now.TreesDone, now.TreesTotal),
            SecondsLeft = now.TreesTotal > 0 ? Seconds(rate, now.TreesTotal - now.TreesDone) : -1,
        };
    }

    public static IEnumerable<ProgressInfo> Of(SourceDiffProgress now, RateEstimator rate)
    {
        rate.Add(now.Elapsed, now.Bytes);
        yield return new ProgressInfo(
            0, "Comparing", Text($"{now.Items:N0} items, {FormatHelper.Size(now.Bytes)}{Speed(rate)}, {now.Differences:N0} differences"));
    }

    public static IEnumerable<ProgressInfo> Of(DumpProgress now, RateEstimator rate)
    {
        rate.Add(now.Elapsed, now.BytesDone);
        yield return new ProgressInfo(0, "Exporting", Text($"{now.ItemsDone:N0} items, {FormatHelper.Size(now.BytesDone)}{Speed(rate)}"))
        {
            Percent = now.BytesTotal > 0 ? Percent(now.BytesDone, now.BytesTotal) : -1,
            SecondsLeft = now.BytesTotal > 0 ? Seconds(rate, now.BytesTotal - now.BytesDone) : -1,
        };
    }

    public static IEnumerable<ProgressInfo> Of(CopyProgress now, RateEstimator rate)
    {
        rate.Add(now.Elapsed, now.BytesDone);
        yield return new ProgressInfo(
            0, "Copying", Text($"{now.SnapshotsDone:N0} of {now.SnapshotsTotal:N0} snapshots, {FormatHelper.Size(now.BytesDone)}{Speed(rate)}"))
        {
            Percent = Percent(now.SnapshotsDone, now.SnapshotsTotal), // how many bytes there will be nobody knows before the end
        };
    }

    public static IEnumerable<ProgressInfo> Of(PruneProgress now, RateEstimator rate)
    {
        rate.Add(now.Elapsed, now.Done);
        string what = now.Phase switch
        {
            PrunePhase.Index => "reading the index",
            PrunePhase.Trees => "following the trees",
            PrunePhase.Repack => "writing packs anew",
            PrunePhase.SaveIndex => "writing the index",
            _ => "removing packs",
        };
        yield return new ProgressInfo(0, "Optimizing", $"{what}: {Counted(now.Done, now.Total)}") { Percent = Percent(now.Done, now.Total) };
    }

    public static IEnumerable<ProgressInfo> Of(RepairProgress now, RateEstimator rate)
    {
        rate.Add(now.Elapsed, now.Done);
        string what = now.Phase switch
        {
            RepairPhase.Index => "reading the index",
            RepairPhase.Packs => "reading packs",
            RepairPhase.Trees => "following the trees",
            _ => "removing what was replaced",
        };
        yield return new ProgressInfo(0, "Repairing", $"{what}: {Counted(now.Done, now.Total)}") { Percent = Percent(now.Done, now.Total) };
    }

    private static string Counted(long done, long total) => total > 0 ? Text($"{done:N0} of {total:N0}") : Text($"{done:N0}");

    private static int Percent(long done, long total) => total <= 0 ? -1 : (int)Math.Clamp(done * 100.0 / total, 0, 100);

    private static int Seconds(RateEstimator rate, long rest) =>
        rate.TimeFor(rest) is { } left ? (int)Math.Min(left.TotalSeconds, int.MaxValue) : -1;

    private static string Speed(RateEstimator rate) =>
        rate.PerSecond > 0 ? $", {FormatHelper.Size((long)rate.PerSecond)}/s" : "";

    private static string Sizes(long done, long total) => $"{FormatHelper.Size(done)} of {FormatHelper.Size(total)}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.CurrentCulture);
}
