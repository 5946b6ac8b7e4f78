using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Restores files of snapshots into a folder.</summary>
[Cmdlet(
    VerbsData.Restore, "Backup", DefaultParameterSetName = SnapshotSet,
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(RestoreResult))]
public sealed class RestoreBackupCommand : SnapshotFilterCommand
{
    private const string SnapshotSet = "Snapshot";
    private const string ItemSet = "Item";

    private readonly Dictionary<(string Repository, string Snapshot), List<string>> _items = [];
    private readonly Dictionary<string, BackupRepository> _repositories = [];
    private long _refused;

    [Parameter(
        Position = 0, ParameterSetName = SnapshotSet, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The snapshot: the beginning of an id, or latest; with :PATH behind it that folder becomes the destination.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string Snapshot { get; set; } = SnapshotPath.Latest;

    [Parameter(
        Mandatory = true, ParameterSetName = ItemSet, ValueFromPipeline = true,
        HelpMessage = "Files and folders of snapshots, from Get-BackupItem, Find-BackupItem or a Backup: drive.")]
    public BackupItem[] InputObject { get; set; } = [];

    // By the name Path: items that have crossed a process's border are none of ours any more, but still name a snapshot, all of which would be
    // restored without this.
    [Parameter(
        ParameterSetName = SnapshotSet, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Files and folders in the snapshot, taken as they are written: nothing else is restored. Not together with -Include and -Exclude.")]
    [Alias("Path", "LP")]
    [ArgumentCompleter(typeof(ItemPathCompleter))]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, Position = 1, HelpMessage = "The folder to restore into; made if it is not there.")]
    public string Destination { get; set; } = "";

    [Parameter(ParameterSetName = SnapshotSet, HelpMessage = "Restore only what matches: * ? [a-z], ** for any folders; a leading / begins at the root.")]
    public string[] Include { get; set; } = [];

    [Parameter(ParameterSetName = SnapshotSet, HelpMessage = "Restore all but what matches. Not together with -Include.")]
    public string[] Exclude { get; set; } = [];

    [Parameter(ParameterSetName = SnapshotSet, HelpMessage = "In patterns, capital and small letters are the same.")]
    public SwitchParameter IgnoreCase { get; set; }

    [Parameter(HelpMessage = "What to do with existing files: Always, IfChanged (trusting size and time), IfNewer or Never. Default: an error for each, unless -Force.")]
    public OverwriteMode Overwrite { get; set; }

    [Parameter(HelpMessage = "Delete from the destination what the snapshot doesn't have. Asks, unless -Force.")]
    public SwitchParameter Delete { get; set; }

    [Parameter(HelpMessage = "Replace existing files, and delete without asking.")]
    public SwitchParameter Force { get; set; }

    [Parameter(HelpMessage = "Read everything back and compare it.")]
    public SwitchParameter Verify { get; set; }

    [Parameter(HelpMessage = "Leave holes where there are only zeros.")]
    public SwitchParameter Sparse { get; set; }

    [Parameter(HelpMessage = "Give files to the users and groups of the recorded name instead of the id.")]
    public SwitchParameter OwnershipByName { get; set; }

    /// <summary>Whether it was said what to do with existing files; if not, each is an error.</summary>
    private bool IsOverwriteSaid => Force || MyInvocation.BoundParameters.ContainsKey(nameof(Overwrite));

    protected override void ProcessRecord()
    {
        if (ParameterSetName == SnapshotSet && LiteralPath.Length > 0)
        {
            if (Include.Length + Exclude.Length > 0)
            {
                Refuse("ArgumentInvalid", ErrorCategory.InvalidArgument, "-LiteralPath says exactly what to restore. Leave it out, or -Include and -Exclude.");
            }

            ChooseLiteral(Open());
            return;
        }

        if (ParameterSetName == SnapshotSet)
        {
            RestoreOne(Open(), Snapshot, items: null);
            return;
        }

        foreach (BackupItem item in InputObject)
        {
            Choose(Open(Repository ?? new RepositoryReference(item.Repository), Password), item.SnapshotId, item.Path);
        }
    }

    /// <summary>Takes down what -LiteralPath names; for what is not there is an error, and the others go on.</summary>
    private void ChooseLiteral(BackupRepository repository)
    {
        SnapshotPath place = SnapshotPath.Parse(Snapshot);
        foreach (string path in LiteralPath)
        {
            string found = SnapshotItemCommand.Absolute(place.Folder, path);
            string id = "";
            Exception? exception = TryWork(
                repository,
                isWriting: false,
                async (engine, _, token) =>
                {
                    id = (await engine.FindSnapshotAsync(place.Snapshot, Filter(Snapshot), token).ConfigureAwait(false)).Id.ToString();
                    var options = new ListOptions { Snapshot = id, Paths = found == "/" ? [] : [found] };
                    await foreach (SnapshotItem item in engine.ListAsync(options, token).ConfigureAwait(false))
                    {
                        break; // it is there
                    }
                });
            if (exception is Engine.ItemNotFoundException)
            {
                Fail(ErrorMap.Of(exception, path));
            }
            else if (exception is not null)
            {
                Stop(exception, Snapshot);
            }
            else
            {
                Choose(repository, id, found);
            }
        }
    }

    /// <summary>Takes an item down: all those of a snapshot are restored at once.</summary>
    private void Choose(BackupRepository repository, string snapshot, string path)
    {
        _repositories[repository.Location] = repository;
        (string, string) key = (repository.Location, snapshot);
        if (!_items.TryGetValue(key, out List<string>? paths))
        {
            _items.Add(key, paths = []);
        }

        paths.Add(path == "/" ? "*" : SnapshotPatterns.Literal(path));
    }

    protected override void EndProcessing()
    {
        foreach (((string repository, string snapshot), List<string> paths) in _items)
        {
            RestoreOne(_repositories[repository], snapshot, paths);
        }
    }

    private void RestoreOne(BackupRepository repository, string snapshot, List<string>? items)
    {
        string destination = new SourcePaths(this).Target(Destination);
        string what = SnapshotPath.Parse(snapshot) is { Folder: { Length: > 0 } folder } place
            ? $"{ShortOf(place.Snapshot)}:{folder}"
            : ShortOf(snapshot);
        bool may = MayChange(destination, $"Restore {(items is null ? "" : $"{items.Count} items of ")}snapshot {what}", out bool isDryRun);
        if (!may && !isDryRun)
        {
            return;
        }

        if (Delete && !isDryRun && !Force && !ShouldContinue(
            $"Everything in {destination} that snapshot {what} doesn't have will be deleted.", "Delete what the snapshot doesn't have?"))
        {
            return;
        }

        _refused = 0;
        RestoreOptions options = OptionsOf(snapshot, destination, items, isDryRun);
        RestoreSummary summary = Work(
            repository,
            isWriting: false,
            (engine, bus, token) => engine.RestoreAsync(
                options with { ItemDone = item => Report(bus, item) },
                new ProgressRelay<RestoreProgress>(bus, ProgressTexts.Of),
                token),
            snapshot);
        foreach (RestoreIssue issue in summary.Errors)
        {
            Fail(ErrorMap.Of(issue));
        }

        foreach (RestoreIssue note in summary.Notes)
        {
            WriteVerbose($"{Printable.Name(note.Path)}: {note.Message}");
        }

        if (summary.NoteCount > 0)
        {
            WriteWarning($"{summary.NoteCount} items were restored less a detail, such as an owner that only root can set; -Verbose shows which.");
        }

        WriteObject(new RestoreResult(summary, repository.Location, isAnyRefused: _refused > 0));
    }

    private RestoreOptions OptionsOf(string snapshot, string destination, List<string>? items, bool isDryRun) => new()
    {
        Snapshot = snapshot,
        Filter = Filter(snapshot),
        Target = destination,
        Includes = items ?? (IReadOnlyList<string>)(IgnoreCase ? [] : Include),
        IncludesIgnoreCase = IgnoreCase ? Include : [],
        Excludes = IgnoreCase ? [] : Exclude,
        ExcludesIgnoreCase = IgnoreCase ? Exclude : [],
        Overwrite = IsOverwriteSaid ? Overwrite : OverwriteMode.Never,
        Delete = Delete,
        Verify = Verify && !isDryRun,
        DryRun = isDryRun,
        Sparse = Sparse,
        OwnershipByName = OwnershipByName,
    };

    private void Report(PipelineBus bus, RestoreItemReport item)
    {
        if (item.Action == RestoreItemAction.Kept && item.Type != NodeType.Directory && !IsOverwriteSaid)
        {
            Interlocked.Increment(ref _refused);
            bus.Fail(new Fault(
                new IOException($"{Printable.Name(item.Path)} exists already and was left alone. Use -Force, or say -Overwrite."),
                "DestinationExists",
                ErrorCategory.ResourceExists,
                item.Path,
                null));
        }
    }

    private static string ShortOf(string snapshot) => snapshot.Length == 2 * Digest.Length ? snapshot[..8] : snapshot;
}
