using System.Management.Automation;
using System.Security;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Copies snapshots into another repository. What is there already is not copied again.</summary>
[Cmdlet(VerbsCommon.Copy, "BackupSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(CopyResult))]
public sealed class CopyBackupSnapshotCommand : SnapshotFilterCommand
{
    private readonly Dictionary<BackupRepository, List<string>> _chosen = [];

    [Parameter(
        Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Ids, beginnings of ids, or latest. Default: all that -HostName, -Tag and -SourcePath choose.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(
        Mandatory = true, Position = 1,
        HelpMessage = "The repository that gets the copies: a location, a registered name, or what Connect-BackupRepository -NotDefault gives.")]
    [RepositoryTransform]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public RepositoryReference? DestinationRepository { get; set; }

    [Parameter(HelpMessage = "That repository's password. Default: the registered secret, else $env:BACKUP_PASSWORD_FILE and the like, else a prompt.")]
    [PasswordTransform]
    public SecureString? DestinationPassword { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository source = Open();
        if (!_chosen.TryGetValue(source, out List<string>? chosen))
        {
            _chosen.Add(source, chosen = []);
        }

        chosen.AddRange(Snapshot);
    }

    protected override void EndProcessing()
    {
        if (_chosen.Count == 0)
        {
            return; // nothing was piped in
        }

        BackupRepository destination = Open(DestinationRepository, DestinationPassword);
        foreach ((BackupRepository source, List<string> names) in _chosen)
        {
            IReadOnlyList<Snapshot> snapshots = FindAll(source, names);
            if (snapshots.Count > 0 || names.Count == 0)
            {
                Copy(source, destination, snapshots);
            }
        }
    }

    private void Copy(BackupRepository source, BackupRepository destination, IReadOnlyList<Snapshot> snapshots)
    {
        string what = snapshots.Count switch
        {
            0 => "the snapshots",
            <= 3 => string.Join(", ", snapshots.Select(Describe)),
            _ => $"{snapshots.Count} snapshots",
        };
        if (!MayChange($"{what} of {source.Name}", $"Copy to {destination.Name}", out bool isDryRun) && !isDryRun)
        {
            return;
        }

        var options = new CopyOptions { Snapshots = [.. snapshots.Select(snapshot => snapshot.Id.ToString())], Filter = Filter(), DryRun = isDryRun };
        SnapshotTransfer.Run(this, source, destination, (from, to, bus, token) => to.CopyFromAsync(
            from,
            options with
            {
                SnapshotDone = copied => bus.Verbose($"Snapshot {copied.Source.Id.ToShortString()} is {copied.Copy?.ToShortString() ?? "to be copied"}."),
            },
            new ProgressRelay<CopyProgress>(bus, ProgressTexts.Of),
            token));
    }
}
