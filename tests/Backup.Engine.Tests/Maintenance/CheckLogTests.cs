using Backup.Engine.Maintenance;

namespace Backup.Engine.Tests.Maintenance;

public class CheckLogTests
{
    [Fact]
    public void Everything_is_counted_and_told_but_not_everything_kept()
    {
        int told = 0;
        var log = new CheckLog(_ => told++);

        for (int i = 0; i < CheckReport.MaxProblems + 5; i++)
        {
            log.Add(Make(CheckProblemKind.PackNotIndexed, CheckSeverity.Hint));
        }

        log.Add(Make(CheckProblemKind.PackMissing, CheckSeverity.Error));
        CheckReport report = log.ReportOn(new CheckReport());

        Assert.Equal((1, CheckReport.MaxProblems + 5), (report.Errors, report.Hints));
        Assert.Equal(CheckReport.MaxProblems + 6, told);
        Assert.Equal(CheckReport.MaxProblems, report.Problems.Count);
        Assert.Equal(CheckProblemKind.PackMissing, report.Problems[0].Kind);
        Assert.False(report.IsHealthy);
    }

    [Fact]
    public void Hints_alone_are_healthy_and_damage_no_pack()
    {
        var log = new CheckLog(null);

        log.Add(Make(CheckProblemKind.PackNotIndexed, CheckSeverity.Hint));
        CheckReport report = log.ReportOn(new CheckReport());

        Assert.True(report.IsHealthy);
        Assert.Empty(report.DamagedPacks);
        Assert.True(report.SuggestsPrune);
        Assert.False(report.SuggestsRepairIndex);
    }

    [Fact]
    public void A_pack_without_an_index_and_a_missing_blob_suggest_to_repair_the_index_instead_of_pruning()
    {
        var log = new CheckLog(null);

        log.Add(Make(CheckProblemKind.PackNotIndexed, CheckSeverity.Hint));
        log.Add(Make(CheckProblemKind.BlobMissing, CheckSeverity.Error));
        CheckReport report = log.ReportOn(new CheckReport());

        Assert.True(report.SuggestsRepairIndex);
        Assert.False(report.SuggestsPrune);
    }

    [Fact]
    public void Damaged_files_are_named_once()
    {
        var log = new CheckLog(null);
        var pack = new FileHandle(FileKind.Pack, Digest.Of([1]));
        var snapshot = new FileHandle(FileKind.Snapshot, Digest.Of([2]));

        log.Add(Make(CheckProblemKind.PackHashWrong, CheckSeverity.Error) with { File = pack });
        log.Add(Make(CheckProblemKind.BlobDamaged, CheckSeverity.Error) with { File = pack });
        log.Add(Make(CheckProblemKind.SnapshotUnreadable, CheckSeverity.Error) with { File = snapshot });
        CheckReport report = log.ReportOn(new CheckReport());

        Assert.Equal([new PackId(pack.Name)], report.DamagedPacks);
        Assert.Equal([new SnapshotId(snapshot.Name)], report.DamagedSnapshots);
    }

    private static CheckProblem Make(CheckProblemKind kind, CheckSeverity severity) =>
        new() { Kind = kind, Severity = severity, Message = "" };
}
