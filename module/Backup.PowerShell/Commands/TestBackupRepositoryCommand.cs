using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Looks for damage: true if there is none. What is found are error records.</summary>
[Cmdlet(VerbsDiagnostic.Test, "BackupRepository")]
[OutputType(typeof(bool), typeof(CheckResult))]
public sealed class TestBackupRepositoryCommand : SnapshotFilterCommand
{
    [Parameter(
        Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Check only what these snapshots need: ids, beginnings of ids, or latest. Default: everything.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(HelpMessage = "Read all data and verify every byte, not only the structure.")]
    public SwitchParameter ReadData { get; set; }

    [Parameter(HelpMessage = "Read a part of the data: n/t (group n of t), a percentage such as 2.5%, or a size such as 500M, at random.")]
    public string? ReadDataSubset { get; set; }

    [Parameter(HelpMessage = "Give a report instead of true or false.")]
    public SwitchParameter Detailed { get; set; }

    protected override void ProcessRecord()
    {
        if (ReadData && ReadDataSubset is not null)
        {
            Refuse("ArgumentInvalid", ErrorCategory.InvalidArgument, "-ReadData and -ReadDataSubset can't both be given. Leave one out.");
        }

        BackupRepository repository = Open();
        CheckReport report = Work(
            repository,
            isWriting: false,
            (engine, bus, token) => engine.CheckAsync(
                new CheckOptions
                {
                    ReadData = ReadData ? PackSelection.All : ReadDataSubset is { } subset ? PackSelection.Parse(subset) : null,
                    Snapshots = Snapshot,
                    Filter = Filter(Snapshot),
                    ProblemFound = problem => Report(bus, problem),
                },
                new ProgressRelay<CheckProgress>(bus, ProgressTexts.Of),
                token));
        WriteVerbose($"Checked {report.Snapshots} snapshots, {report.Trees} trees, {report.Blobs} blobs in {report.Packs} packs in {FormatHelper.Duration(report.Elapsed)}.");
        WriteObject(Detailed ? new CheckResult(report, repository.Location) : report.IsHealthy);
    }

    private static void Report(PipelineBus bus, CheckProblem problem)
    {
        if (problem.Severity == CheckSeverity.Error)
        {
            bus.Fail(ErrorMap.Of(problem));
        }
        else
        {
            bus.Verbose($"Hint: {problem.Message}");
        }
    }
}
