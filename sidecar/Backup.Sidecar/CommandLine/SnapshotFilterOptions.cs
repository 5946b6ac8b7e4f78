using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that choose snapshots by host, tags and paths.</summary>
internal sealed class SnapshotFilterOptions
{
    private readonly Option<string[]> _host;
    private readonly Option<string[]> _tag;
    private readonly Option<string[]> _path;

    /// <summary>Makes them.</summary>
    /// <param name="isForLatest">They only say what <c>latest</c> means.</param>
    /// <param name="hasLetter">Whether -H is one of them.</param>
    public SnapshotFilterOptions(bool isForLatest, bool hasLetter = true)
    {
        string what = isForLatest ? "With latest: only snapshots" : "Only snapshots";
        _host = new("--host", hasLetter ? ["-H"] : []) { Description = $"{what} of this host ($BACKUP_HOST, $RESTIC_HOST; repeatable)", HelpName = "host" };
        _tag = new("--tag") { Description = $"{what} with all of these tags (repeatable: any of the lists)", HelpName = "tag[,tag…]" };
        _path = new("--path") { Description = $"{what} of this absolute path (repeatable: all of them)", HelpName = "path" };
    }

    public Option[] All => [_host, _tag, _path];

    public SnapshotFilter Of(VerbRun run)
    {
        string[] hosts = run.Values(_host);
        if (!run.IsGiven(_host) && run.Session.Settings.Get("HOST") is { } host)
        {
            hosts = [host];
        }

        return new SnapshotFilter
        {
            Hosts = hosts is [""] ? [] : hosts,
            TagLists = [.. run.Values(_tag).Select(SplitTags)],
            Paths = run.Values(_path),
        };
    }

    /// <summary>
    /// The filter of a command that changes snapshots. The environment's host does not matter to ids; options that would
    /// are refused by the engine.
    /// </summary>
    /// <param name="run">The invocation.</param>
    /// <param name="ids">The snapshots that were named.</param>
    public SnapshotFilter Of(VerbRun run, string[] ids) =>
        ids.Length > 0 && !ids.Contains(SnapshotPath.Latest) && !All.Any(run.IsGiven) ? new SnapshotFilter() : Of(run);

    /// <summary>Takes a list of tags apart.</summary>
    public static string[] SplitTags(string tags) =>
        tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
