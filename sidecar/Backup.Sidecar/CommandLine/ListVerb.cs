using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Lists what is in a snapshot.</summary>
internal sealed class ListVerb : Verb
{
    private readonly Argument<string> _snapshot = SnapshotArgument.Make();

    private readonly Argument<string[]> _paths = new("paths")
    {
        Description = "Absolute paths: they and what is directly in them; without any: everything",
        HelpName = "PATH",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Flag _long = new("--long", "-l") { Description = "Print mode, owner, size and time" };

    private readonly Flag _humanReadable = new("--human-readable") { Description = "Print sizes in KiB, MiB …" };

    private readonly Flag _recursive = new("--recursive") { Description = "Go into the folders below PATH" };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: true);

    public ListVerb(VerbContext context)
        : base(context, "ls", "List the files of a snapshot.")
    {
        Arguments.Add(_snapshot);
        Arguments.Add(_paths);
        Add(_long, _humanReadable, _recursive);
        Add(_filter.All);
        Examples =
        [
            ("ls latest", "lists everything in the newest snapshot"),
            ("ls -l latest /home/ann", "lists what is directly in that folder, with sizes and times"),
            ("ls 4bd1e0c2:/home --json", "lists a folder of that snapshot as if it were the root, for programs"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        await using Repository repository = await run.OpenAsync();
        string[] paths = run.Values(_paths);
        var unreadable = new Unreadable(run);
        SnapshotPath place = SnapshotPath.Parse(run.Value(_snapshot) ?? "");
        Snapshot snapshot = await repository.FindSnapshotAsync(place.Snapshot, _filter.Of(run), run.Token);
        var options = new ListOptions
        {
            Snapshot = (place with { Snapshot = snapshot.Id.ToString() }).ToString(),
            Paths = paths,
            Recursive = paths.Length == 0 || run.Value(_recursive),
            Unreadable = unreadable.Report,
        };
        IAsyncEnumerable<SnapshotItem> items = repository.ListAsync(options, run.Token);
        await (run.IsJson ? WriteJsonAsync(run, snapshot, items) : WriteTextAsync(run, snapshot, items));
        return unreadable.ExitCode;
    }

    private async Task WriteTextAsync(VerbRun run, Snapshot snapshot, IAsyncEnumerable<SnapshotItem> items)
    {
        run.Say($"snapshot {SnapshotArgument.Describe(run, snapshot)}:");
        var text = new ItemText(run, run.Value(_long), run.Value(_humanReadable));
        await foreach (SnapshotItem item in items)
        {
            await run.Out.WriteLineAsync(text.Line(item.Path, item.Node));
        }
    }

    private static async Task WriteJsonAsync(VerbRun run, Snapshot snapshot, IAsyncEnumerable<SnapshotItem> items)
    {
        using JsonOutput json = run.OpenJson();
        json.Line(writer =>
        {
            writer.WriteSnapshot(snapshot);
            writer.WriteString("message_type", "snapshot");
            writer.WriteString("struct_type", "snapshot");
        });
        await foreach (SnapshotItem item in items)
        {
            json.Line(writer => ItemText.WriteListed(writer, item.Path, item.Node));
        }
    }
}
