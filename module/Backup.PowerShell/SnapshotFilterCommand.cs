using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Completion;

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

    private static bool IsLatest(string snapshot) => SnapshotPath.Parse(snapshot).Snapshot == SnapshotPath.Latest;
}
