using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell;

/// <summary>The base of cmdlets that look into one snapshot.</summary>
public abstract class SnapshotItemCommand : SnapshotFilterCommand
{
    [Parameter(
        Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The snapshot: the beginning of an id, or latest, which is the default; with :PATH behind it paths begin in that folder.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string Snapshot { get; set; } = SnapshotPath.Latest;

    /// <summary>The snapshot that is meant, and paths in it as seen from its root.</summary>
    internal (Snapshot Snapshot, IReadOnlyList<string> Paths) Find(BackupRepository repository, IEnumerable<string> paths)
    {
        SnapshotPath place = SnapshotPath.Parse(Snapshot);
        Snapshot snapshot = Work(
            repository, isWriting: false, (engine, _, token) => engine.FindSnapshotAsync(place.Snapshot, Filter(Snapshot), token), Snapshot);
        return (snapshot, [.. paths.Select(path => Absolute(place.Folder, path))]);
    }

    /// <summary>A path as seen from the root: <c>/a/b</c>.</summary>
    internal static string Absolute(string folder, string path) =>
        "/" + string.Join('/', $"{folder}/{path}".Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."));
}
