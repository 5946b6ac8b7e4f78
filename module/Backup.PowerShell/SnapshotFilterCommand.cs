using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell;

/// <summary>The base of cmdlets that choose among snapshots.</summary>
public abstract class SnapshotFilterCommand : RepositoryCommand
{
    [Parameter(HelpMessage = "Only snapshots of these hosts. They also say what latest means.")]
    [ArgumentCompleter(typeof(HostCompleter))]
    public string[] HostName { get; set; } = [];

    [Parameter(HelpMessage = "Only snapshots with one of these tags; 'a,b' in one string wants both. They also say what latest means.")]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string[] Tag { get; set; } = [];

    [Parameter(HelpMessage = "Only snapshots of all these paths, absolute as the snapshots name them. They also say what latest means.")]
    public string[] SourcePath { get; set; } = [];

    /// <summary>Takes a list of tags apart.</summary>
    internal static string[] SplitTags(string tags) =>
        tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What chooses snapshots, or says what latest means.</summary>
    /// <param name="named">Snapshots that are named: of them the environment's host is not asked.</param>
    internal SnapshotFilter Filter(params IReadOnlyList<string> named) => new()
    {
        Hosts = HostName.Length > 0 ? HostName
            : (named.Count == 0 || named.Any(IsLatest)) && Settings.Get("HOST") is { } host ? [host]
            : [],
        TagLists = [.. Tag.Select(SplitTags)],
        Paths = SourcePath,
    };

    /// <summary>The snapshots that are named, each once; for one that can't be found there is an error, and the others go on.</summary>
    /// <remarks>A filter beside ids is refused: it would be ignored, and more be removed or changed than was meant.</remarks>
    internal IReadOnlyList<Snapshot> FindAll(BackupRepository repository, IReadOnlyList<string> names)
    {
        if (names.Count > 0 && !names.Any(IsLatest) && HostName.Length + Tag.Length + SourcePath.Length > 0)
        {
            Refuse(
                "ArgumentInvalid",
                ErrorCategory.InvalidArgument,
                "Snapshots that are named are meant whatever their host, tags or paths. Leave out the ids, or -HostName, -Tag and -SourcePath: "
                    + "Get-BackupSnapshot takes them.",
                null);
        }

        List<Snapshot> found = [];
        foreach (string name in names)
        {
            Exception? exception = TryWork(
                repository,
                isWriting: false,
                async (engine, _, token) => found.Add(await engine.FindSnapshotAsync(name, Filter(name), token).ConfigureAwait(false)));
            if (exception is SnapshotNotFoundException or SnapshotAmbiguousException)
            {
                Fail(ErrorMap.Of(exception, name));
            }
            else if (exception is not null)
            {
                Stop(exception, name);
            }
        }

        return [.. found.DistinctBy(snapshot => snapshot.Id)];
    }

    /// <summary>A snapshot as a question names it.</summary>
    internal static string Describe(Snapshot snapshot) =>
        $"snapshot {snapshot.Id.ToShortString()} ({Printable.Name(snapshot.Hostname)}, {FormatHelper.Time(snapshot.Time.ToDateTimeOffset())}, {FormatHelper.List(snapshot.Paths)})";

    private static bool IsLatest(string snapshot) => SnapshotPath.Parse(snapshot).Snapshot == SnapshotPath.Latest;
}
