using Backup.Engine;

namespace Backup.PowerShell.Tests;

public sealed class ProgressTextsTests
{
    [Fact]
    public void Percent_and_time_left_are_unknown_until_all_is_counted()
    {
        var before = new BackupProgress { FilesDone = 3, BytesDone = 2048 };
        BackupProgress after = before with { IsScanComplete = true, FilesTotal = 6, BytesTotal = 4096 };

        ProgressInfo first = ProgressTexts.Of(before, new RateEstimator()).First();
        ProgressInfo second = ProgressTexts.Of(after, new RateEstimator()).First();

        Assert.Equal((0, -1, -1), (first.Id, first.Percent, first.SecondsLeft));
        Assert.Equal(50, second.Percent);
        Assert.Contains("3 of 6 files", second.Status, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_counts_snapshots_because_nobody_knows_its_bytes_before_the_end()
    {
        ProgressInfo progress = Assert.Single(ProgressTexts.Of(
            new CopyProgress { SnapshotsDone = 1, SnapshotsTotal = 4, BytesDone = 10, BytesTotal = 20 }, new RateEstimator()));

        Assert.Equal(25, progress.Percent);
        Assert.StartsWith("1 of 4 snapshots", progress.Status, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_more_than_all() => Assert.Equal(
        100, ProgressTexts.Of(new UsageProgress(7, 5, TimeSpan.FromSeconds(1)), new RateEstimator()).Single().Percent);
}
