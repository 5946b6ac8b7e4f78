using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Removes what no snapshot needs any more, and so makes room.</summary>
[Cmdlet(
    VerbsCommon.Optimize, "BackupRepository",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(OptimizeResult))]
public sealed class OptimizeBackupRepositoryCommand : RepositoryCommand
{
    [Parameter(HelpMessage = "How much unused data may stay in files that are partly used: a percentage such as 5%, which is the default, a size such as 200M, or unlimited.")]
    public string? MaxUnused { get; set; }

    [Parameter(HelpMessage = "Write no more than so many bytes anew, such as 10GB; the rest another time.")]
    [SizeTransform]
    [ValidateRange(1, long.MaxValue)]
    public long MaxRepackSize { get; set; }

    [Parameter(HelpMessage = "Put files together that are smaller, such as 4MB.")]
    [SizeTransform]
    [ValidateRange(1, long.MaxValue)]
    public long RepackSmallerThan { get; set; }

    [Parameter(HelpMessage = "Compress what was written without compression.")]
    public SwitchParameter RepackUncompressed { get; set; }

    [Parameter(HelpMessage = "Let backups go on meanwhile: what is not needed is only marked, and removed by a later run.")]
    public SwitchParameter TwoPhase { get; set; }

    [Parameter(HelpMessage = "With -TwoPhase: what is marked stays at least so long. Default: 1d.")]
    [DurationTransform]
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromDays(1);

    [Parameter(HelpMessage = "Begin nothing any more after so long, such as 2h; a later run goes on.")]
    [DurationTransform]
    public TimeSpan? MaxDuration { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        bool may = MayChange(repository.Name, "Remove what no snapshot needs", out bool isDryRun);
        if (!may && !isDryRun)
        {
            return;
        }

        PruneResult result = Work(
            repository,
            isWriting: true,
            (engine, bus, token) =>
            {
                var options = new PruneOptions
                {
                    MaxRepackBytes = MaxRepackSize > 0 ? MaxRepackSize : null,
                    RepackSmallerThan = RepackSmallerThan > 0 ? RepackSmallerThan : null,
                    RepackUncompressed = RepackUncompressed,
                    TwoPhase = TwoPhase,
                    Grace = GracePeriod,
                    MaxDuration = MaxDuration,
                    DryRun = isDryRun,
                };
                return engine.PruneAsync(
                    MaxUnused is null ? options : options with { MaxUnused = UnusedLimit.Parse(MaxUnused) },
                    new ProgressRelay<PruneProgress>(bus, ProgressTexts.Of),
                    token);
            });
        WriteObject(new OptimizeResult(result, repository.Location));
    }
}
