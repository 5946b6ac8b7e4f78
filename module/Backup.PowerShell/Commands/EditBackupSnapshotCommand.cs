using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Takes files out of snapshots, or changes the host or time that they name. Each gets a new id.</summary>
[Cmdlet(VerbsData.Edit, "BackupSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(BackupSnapshot))]
public sealed class EditBackupSnapshotCommand : SnapshotFilterCommand
{
    private readonly Dictionary<BackupRepository, List<string>> _named = [];

    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Ids, beginnings of ids, or latest.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(HelpMessage = "Leave out what matches: * ? [a-z], ** for any folders; !pattern keeps it after all.")]
    public string[] Exclude { get; set; } = [];

    [Parameter(HelpMessage = "Keep only what matches; not together with -Exclude.")]
    public string[] Include { get; set; } = [];

    [Parameter(HelpMessage = "In the patterns, capital and small letters are the same.")]
    public SwitchParameter IgnoreCase { get; set; }

    [Parameter(HelpMessage = "Another host.")]
    public string? NewHostName { get; set; }

    [Parameter(HelpMessage = "Another time.")]
    public DateTimeOffset? NewTime { get; set; }

    [Parameter(HelpMessage = "Remove the snapshots that were replaced; else both are there, and the new ones have the tag rewrite.")]
    public SwitchParameter RemoveReplaced { get; set; }

    [Parameter(HelpMessage = "Give the new snapshots.")]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        if (!_named.TryGetValue(repository, out List<string>? named))
        {
            _named.Add(repository, named = []);
        }

        named.AddRange(Snapshot);
    }

    protected override void EndProcessing()
    {
        // All of them at once: what they share is rewritten once, and one that is not there does not leave half of the work done.
        foreach ((BackupRepository repository, List<string> named) in _named)
        {
            bool isDryRun = false;
            List<Snapshot> confirmed = [];
            foreach (Snapshot snapshot in FindAll(repository, named))
            {
                string action = RemoveReplaced ? "Replace by an edited one" : "Make an edited one of";
                if (MayChange(Describe(snapshot), action, out bool isTried) || isTried)
                {
                    confirmed.Add(snapshot);
                    isDryRun = isTried;
                }
            }

            if (confirmed.Count > 0)
            {
                Edit(repository, confirmed, isDryRun);
            }
        }
    }

    private void Edit(BackupRepository repository, IEnumerable<Snapshot> snapshots, bool isDryRun)
    {
        SnapshotChanges changes = Work(
            repository,
            isWriting: true,
            (engine, bus, token) => engine.RewriteAsync(
                new RewriteOptions
                {
                    Snapshots = [.. snapshots.Select(snapshot => snapshot.Id.ToString())],
                    Excludes = IgnoreCase ? [] : Exclude,
                    ExcludesIgnoreCase = IgnoreCase ? Exclude : [],
                    Includes = IgnoreCase ? [] : Include,
                    IncludesIgnoreCase = IgnoreCase ? Include : [],
                    NewHostname = NewHostName,
                    NewTime = NewTime,
                    Forget = RemoveReplaced,
                    DryRun = isDryRun,
                    ItemExcluded = path => bus.Verbose($"Leaving out {Printable.Name(path)}."),
                },
                token));
        foreach (SnapshotFailure failure in changes.Failures)
        {
            Fail(ErrorMap.Of(failure.Error, failure.Snapshot.Id.ToString()));
        }

        if (PassThru && !isDryRun)
        {
            WriteObject(changes.Changed.Select(change => new BackupSnapshot(change.New, repository.Location)), enumerateCollection: true);
        }
    }
}
