using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Lists files and folders of a snapshot, as Get-ChildItem does of a disk.</summary>
[Cmdlet(VerbsCommon.Get, "BackupItem", DefaultParameterSetName = PathSet)]
[OutputType(typeof(BackupItem))]
public sealed class GetBackupItemCommand : SnapshotItemCommand
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";

    [Parameter(Position = 1, ParameterSetName = PathSet, HelpMessage = "Paths in the snapshot, with wildcards. A folder stands for what is in it. Default: its root.")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ItemPathCompleter))]
    public string[] Path { get; set; } = ["/"];

    [Parameter(Mandatory = true, ParameterSetName = LiteralSet, HelpMessage = "Paths in the snapshot, taken as they are written.")]
    [Alias("LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(HelpMessage = "Go into subfolders.")]
    public SwitchParameter Recurse { get; set; }

    [Parameter(HelpMessage = "Go into subfolders, so many levels deep.")]
    [ValidateRange(0, int.MaxValue)]
    public int Depth { get; set; } = int.MaxValue;

    [Parameter(HelpMessage = "Only folders.")]
    public SwitchParameter Directory { get; set; }

    [Parameter(HelpMessage = "Only files and what else is no folder.")]
    public SwitchParameter File { get; set; }

    private bool IsDeep => Recurse || MyInvocation.BoundParameters.ContainsKey(nameof(Depth));

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        (Snapshot snapshot, IReadOnlyList<string> paths) = Find(repository, ParameterSetName == LiteralSet ? LiteralPath : Path);
        foreach (string path in paths)
        {
            bool isPattern = ParameterSetName == PathSet && path.AsSpan().IndexOfAny("*?[") >= 0;
            Exception? exception = TryWork(
                repository,
                isWriting: false,
                (engine, bus, token) => isPattern
                    ? MatchAsync(engine, bus, repository, snapshot, path, token)
                    : ListAsync(engine, bus, repository, snapshot, path, token));
            if (exception is Engine.ItemNotFoundException)
            {
                Fail(ErrorMap.Of(exception, path)); // the others may be there
            }
            else if (exception is not null)
            {
                Stop(exception, path);
            }
        }
    }

    private async Task MatchAsync(
        Repository engine, PipelineBus bus, BackupRepository repository, Snapshot snapshot, string pattern, CancellationToken cancellationToken)
    {
        var options = new FindOptions
        {
            Patterns = [pattern],
            Snapshots = [snapshot.Id.ToString()],
            Unreadable = folder => bus.Fail(ErrorMap.Of(folder)),
        };
        bool isOneLevel = !pattern.Contains("**", StringComparison.Ordinal);
        int level = pattern.Count(c => c == '/');
        List<string> folders = [];
        await foreach (FindMatch match in engine.FindAsync(options, cancellationToken).ConfigureAwait(false))
        {
            if (isOneLevel && match.Path.Count(c => c == '/') != level)
            {
                continue; // a search takes what is in a folder that matches for a match, too
            }

            Emit(bus, new BackupItem(match.Path, match.Node, snapshot.Id, repository.Location));
            if (IsDeep && match.Node?.Type == NodeType.Directory && !folders.Any(above => match.Path.StartsWith(above + "/", StringComparison.Ordinal)))
            {
                folders.Add(match.Path);
            }
        }

        foreach (string folder in folders)
        {
            await ListAsync(engine, bus, repository, snapshot, folder, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ListAsync(
        Repository engine, PipelineBus bus, BackupRepository repository, Snapshot snapshot, string path, CancellationToken cancellationToken)
    {
        var options = new ListOptions
        {
            Snapshot = snapshot.Id.ToString(),
            Paths = path == "/" ? [] : [path],
            Recursive = IsDeep,
            Unreadable = folder => bus.Fail(ErrorMap.Of(folder)),
        };
        int above = path == "/" ? 0 : path.Count(c => c == '/');
        await foreach (SnapshotItem item in engine.ListAsync(options, cancellationToken).ConfigureAwait(false))
        {
            bool isItself = item.Path == path;
            if ((!isItself || item.Node.Type != NodeType.Directory) && item.Path.Count(c => c == '/') - above - 1 <= Depth)
            {
                Emit(bus, new BackupItem(item.Path, item.Node, snapshot.Id, repository.Location));
            }
        }
    }

    private void Emit(PipelineBus bus, BackupItem item)
    {
        if (Directory == File || Directory == item.IsContainer)
        {
            bus.Emit(item);
        }
    }
}
