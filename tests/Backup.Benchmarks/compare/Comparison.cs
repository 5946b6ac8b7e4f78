namespace Backup.Benchmarks.Compare;

/// <summary>
/// Runs the contestants in turn, row by row, so that neighbouring runs see the same machine; who begins changes from round
/// to round, and the first round only warms up.
/// </summary>
internal sealed class Comparison
{
    private static readonly (string Name, Func<Contestant, Corpus, Task<Measurement?>> Run)[] LocalRows =
    [
        ("first backup", async (contestant, corpus) => await contestant.BackupAsync(corpus)),
        (Unchanged, async (contestant, corpus) => await contestant.BackupAsync(corpus)),
        ("forced re-read", async (contestant, corpus) => await contestant.BackupAsync(corpus, force: true)),
        (Changed, async (contestant, corpus) => await contestant.BackupAsync(corpus)),
        ("restore into an empty folder", async (contestant, _) => await contestant.RestoreAsync(intoEmpty: true)),
        ("restore over an equal tree", async (contestant, _) => await contestant.RestoreAsync(intoEmpty: false)),
        ("check", async (contestant, _) => await contestant.CheckAsync(readData: false)),
        ("check with all data", async (contestant, _) => await contestant.CheckAsync(readData: true)),
        ("ls of all", async (contestant, _) => await contestant.ListAsync()),
        ("find in all snapshots", (contestant, _) => contestant.FindAsync("*7*")),
        ("prune after forgetting half", async (contestant, _) => await contestant.PruneAsync()),
    ];

    // With the cache, since both have one, and as on a machine that never saw the repository. restic's check takes a new
    // cache each time, ours does without.
    private static readonly (string Name, Func<Contestant, Corpus, Task<Measurement?>> Run)[] DistantRows =
    [
        ("first backup", async (contestant, corpus) => await contestant.BackupAsync(corpus, cached: true)),
        (Unchanged, async (contestant, corpus) => await contestant.BackupAsync(corpus, cached: true)),
        ("unchanged backup without cache", async (contestant, corpus) => await contestant.BackupAsync(corpus)),
        ("restore", async (contestant, _) => await contestant.RestoreAsync(intoEmpty: true, cached: true)),
        ("restore without cache", async (contestant, _) => await contestant.RestoreAsync(intoEmpty: true)),
        ("check", async (contestant, _) => await contestant.CheckAsync(readData: false, cached: true)),
        ("check with all data", async (contestant, _) => await contestant.CheckAsync(readData: true, cached: true)),
    ];

    /// <summary>The row after which repositories are compared in size.</summary>
    private const string Unchanged = "unchanged backup";

    /// <summary>The row before which the corpus is changed.</summary>
    private const string Changed = "backup after 1 % changed";

    private readonly CompareOptions _options;
    private int _changes;

    private Comparison(CompareOptions options) => _options = options;

    /// <summary>What was measured.</summary>
    public ResultTable Table { get; } = new();

    /// <summary>The contestants, ours first.</summary>
    public string[] Names { get; private set; } = [];

    /// <summary>Runs everything.</summary>
    public static async Task<Comparison> RunAsync(CompareOptions options)
    {
        Directory.CreateDirectory(options.Work);
        var comparison = new Comparison(options);
        var builder = new CorpusBuilder(options.Work, options.Scale);
        Corpus[] corpora = [.. options.Corpora.Split(',').Select(letter => builder.Build(letter[0]))];
        if (options.RoundTrips.Count == 0)
        {
            await comparison.RunAsync(corpora, null);
        }

        foreach (int milliseconds in options.RoundTrips)
        {
            await using LoopbackServer server = await LoopbackServer.StartAsync(
                options.Server, options.Work, TimeSpan.FromMilliseconds(milliseconds));
            string line = $", {LoopbackServer.VersionOf(options.Server)} with {milliseconds} ms added to each round trip";
            await comparison.RunAsync(corpora.Select(corpus => corpus with { Line = line }), server.Location);
        }

        return comparison;
    }

    private Contestant[] Contestants(string? server) =>
    [
        Contestant.Ours(_options.Ours ?? OwnProgram.Find(), _options.Work, server),
        .. ResticPrograms.Find(_options.Restics).Select(program => Contestant.Restic(program, _options.Work, server)),
        .. server is null && _options.Borg is { } borg ? [Contestant.Borg(borg, _options.Work)] : Array.Empty<Contestant>(),
    ];

    private async Task RunAsync(IEnumerable<Corpus> corpora, string? server)
    {
        Contestant[] contestants = Contestants(server);
        Names = [.. contestants.Select(contestant => contestant.Name)];
        foreach (Corpus corpus in corpora)
        {
            for (int round = 0; round <= _options.Rounds; round++)
            {
                await RunAsync(corpus, round % 2 == 0 ? contestants : [.. contestants.Reverse()], round);
            }

            foreach (Contestant contestant in contestants)
            {
                contestant.Clear();
            }
        }
    }

    private async Task RunAsync(Corpus corpus, Contestant[] contestants, int round)
    {
        foreach (Contestant contestant in contestants)
        {
            await contestant.InitAsync();
        }

        foreach ((string row, Func<Contestant, Corpus, Task<Measurement?>> run) in corpus.Line is null ? LocalRows : DistantRows)
        {
            if (row == Changed)
            {
                corpus.Change(++_changes);
            }

            foreach (Contestant contestant in contestants)
            {
                if (await run(contestant, corpus) is { } measurement)
                {
                    Add(corpus, row, contestant.Name, measurement, round);
                }
            }

            if (row == Unchanged) // what the first one stored, and next to nothing
            {
                foreach (Contestant contestant in contestants)
                {
                    Table.AddSize(corpus.Results, "repository", contestant.Name, contestant.RepositorySize());
                }
            }
        }

        foreach ((string row, string script) in corpus.Line is null ? Limits.All : [])
        {
            Add(corpus, row, Limits.Name, await Limits.RunAsync(script, corpus, _options.Work), round);
        }
    }

    private void Add(Corpus corpus, string row, string name, Measurement measurement, int round)
    {
        Console.Error.WriteLine($"{corpus.Letter} {round}/{_options.Rounds} {row}: {name} {measurement.Seconds:F2} s");
        if (round > 0)
        {
            Table.Add(corpus.Results, row, name, measurement);
        }
    }
}
