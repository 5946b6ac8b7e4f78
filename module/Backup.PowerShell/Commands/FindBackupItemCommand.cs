using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Finds files and folders in all or some snapshots, by name or by what they consist of.</summary>
[Cmdlet(VerbsCommon.Find, "BackupItem", DefaultParameterSetName = NameSet)]
[OutputType(typeof(BackupItem))]
public sealed class FindBackupItemCommand : SnapshotFilterCommand
{
    private const string NameSet = "Name";
    private const string BlobSet = "Blob";
    private const string TreeSet = "Tree";
    private const string PackSet = "Pack";

    [Parameter(
        Mandatory = true, Position = 0, ParameterSetName = NameSet,
        HelpMessage = "Names or paths: * ? [a-z], ** for any folders; one that begins with / starts at the root.")]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = BlobSet, HelpMessage = "Ids of data blobs: finds the files that contain them.")]
    public string[] BlobId { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = TreeSet, HelpMessage = "Ids of trees: finds the folders that they are.")]
    public string[] TreeId { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = PackSet, HelpMessage = "Ids of packs: finds the files and folders that need them.")]
    public string[] PackId { get; set; } = [];

    [Parameter(
        ValueFromPipelineByPropertyName = true,
        HelpMessage = "Search only these snapshots: ids, beginnings of ids, or latest. Default: all, newest first.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(ParameterSetName = NameSet, HelpMessage = "Capital and small letters are the same.")]
    public SwitchParameter IgnoreCase { get; set; }

    [Parameter(HelpMessage = "Only what was modified at that time or later.")]
    public DateTimeOffset? ModifiedAfter { get; set; }

    [Parameter(HelpMessage = "Only what was modified until that time.")]
    public DateTimeOffset? ModifiedBefore { get; set; }

    [Parameter(HelpMessage = "Begin with the oldest snapshot.")]
    public SwitchParameter OldestFirst { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        (FindTarget target, string[] patterns) = ParameterSetName switch
        {
            BlobSet => (FindTarget.Blob, BlobId),
            TreeSet => (FindTarget.Tree, TreeId),
            PackSet => (FindTarget.Pack, PackId),
            _ => (FindTarget.Name, Name),
        };
        _ = Work(repository, isWriting: false, async (engine, bus, token) =>
        {
            var options = new FindOptions
            {
                Patterns = patterns,
                Target = target,
                IgnoreCase = IgnoreCase,
                Oldest = ModifiedAfter,
                Newest = ModifiedBefore,
                Snapshots = Snapshot,
                Filter = Filter(Snapshot),
                OldestFirst = OldestFirst,
                Unreadable = folder => bus.Fail(ErrorMap.Of(folder)),
            };
            await foreach (FindMatch match in engine.FindAsync(options, token).ConfigureAwait(false))
            {
                bus.Emit(new BackupItem(match.Path, match.Node, match.Snapshot.Id, repository.Location));
            }

            return true;
        });
    }
}
