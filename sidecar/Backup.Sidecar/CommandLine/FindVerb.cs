using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Finds items by name, or what needs a blob, a tree or a pack.</summary>
internal sealed class FindVerb : Verb
{
    private readonly Argument<string[]> _patterns = new("patterns")
    {
        Description = "Names or paths, with * ? [a-z] and ** for any folders; or ids with --blob, --tree or --pack",
        HelpName = "PATTERN",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Flag _long = new("--long", "-l") { Description = "Print mode, owner, size and time" };

    private readonly Flag _humanReadable = new("--human-readable") { Description = "Print sizes in KiB, MiB …" };

    private readonly Flag _ignoreCase = new("--ignore-case", "-i") { Description = "Capital and small letters are the same" };

    private readonly Option<string?> _oldest = new("--oldest", "-O") { Description = "Only what was modified since then", HelpName = "time" };

    private readonly Option<string?> _newest = new("--newest", "-N") { Description = "Only what was modified until then", HelpName = "time" };

    private readonly Option<string[]> _snapshots = new("--snapshot", "-s") { Description = "Search only this snapshot (repeatable)", HelpName = "id" };

    private readonly Flag _reverse = new("--reverse", "-R") { Description = "Begin with the oldest snapshot" };

    private readonly Flag _blob = new("--blob") { Description = "PATTERN is the id of a data blob" };

    private readonly Flag _tree = new("--tree") { Description = "PATTERN is the id of a tree" };

    private readonly Flag _pack = new("--pack") { Description = "PATTERN is the id of a pack" };

    private readonly Flag _showPack = new("--show-pack-id") { Description = "With --blob or --tree: print the packs, too" };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: false);

    public FindVerb(VerbContext context)
        : base(context, "find", "Find files in all or some snapshots, by name or by what they consist of.")
    {
        Arguments.Add(_patterns);
        Add(_long, _humanReadable, _ignoreCase, _oldest, _newest, _snapshots, _reverse, _blob, _tree, _pack, _showPack);
        Add(_filter.All);
        Examples =
        [
            ("find '*.docx'", "finds all of them in all snapshots, newest first"),
            ("find -l --newest 2026-01-31 /etc/passwd", "shows the versions of a file until that day"),
            ("find --pack 1f0ab2c3", "finds out which files suffer if that pack is damaged"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        FindTarget target = TargetOf(run);
        var unreadable = new Unreadable(run);
        var options = new FindOptions
        {
            Patterns = run.Values(_patterns),
            Target = target,
            IgnoreCase = run.Value(_ignoreCase),
            Oldest = run.TimeOf(_oldest),
            Newest = run.TimeOf(_newest),
            Snapshots = run.Values(_snapshots),
            Filter = _filter.Of(run),
            OldestFirst = run.Value(_reverse),
            Unreadable = unreadable.Report,
        };
        await using Repository repository = await run.OpenAsync();
        IAsyncEnumerable<FindMatch> matches = repository.FindAsync(options, run.Token);
        await ((run.IsJson, target) switch
        {
            (true, FindTarget.Name) => FindReport.WriteNamesAsJsonAsync(run, matches),
            (true, _) => FindReport.WriteObjectsAsJsonAsync(run, matches),
            (_, FindTarget.Name) => FindReport.WriteNamesAsync(run, matches, new ItemText(run, run.Value(_long), run.Value(_humanReadable))),
            _ => FindReport.WriteObjectsAsync(run, matches, run.Value(_showPack) || target == FindTarget.Pack),
        });
        return unreadable.ExitCode;
    }

    private FindTarget TargetOf(VerbRun run) => (run.Value(_blob), run.Value(_tree), run.Value(_pack)) switch
    {
        (false, false, false) => FindTarget.Name,
        (true, false, false) => FindTarget.Blob,
        (false, true, false) => FindTarget.Tree,
        (false, false, true) => FindTarget.Pack,
        _ => throw new UsageException("Only one of --blob, --tree and --pack can be given."),
    };
}
