namespace Backup.Benchmarks.Compare;

/// <summary>
/// Runs the contestants in turn, row by row, so that neighbouring runs see the same machine; who begins changes from round
/// to round, and the first round only warms up.
/// </summary>
internal sealed class Comparison
{
    private static readonly (string Name, Func<Contestant, Corpus, Task<Measurement>> Run)[] LocalRows =
    [
        ("first backup", (contestant, corpus) => contestant.BackupAsync(corpus)),
        ("unchanged backup", (contestant, corpus) => contestant.BackupAsync(corpus)),
        ("forced re-read", (contestant, corpus) => contestant.BackupAsync(corpus, force: true)),
        ("restore into an empty folder", (contestant, _) => contestant.RestoreAsync(intoEmpty: true)),
        ("restore over an equal tree", (contestant, _) => contestant.RestoreAsync(intoEmpty: false)),
        ("check", (contestant, _) => contestant.CheckAsync(readData: false)),
        ("check with all data", (contestant, _) => contestant.CheckAsync(readData: true)),
    ];

    // With the cache, since both have one, and as on a machine that never saw the repository. restic's check takes a new
    // cache each time, ours does without.
    private static readonly (string Name, Func<Contestant, Corpus, Task<Measurement>> Run)[] DistantRows =
    [
        ("first backup", (contestant, corpus) => contestant.BackupAsync(corpus, cached: true)),
        ("unchanged backup", (contestant, corpus) => contestant.BackupAsync(corpus, cached: true)),
        ("unchanged backup without cache", (contestant, corpus) => contestant.BackupAsync(corpus)),
        ("restore", (contestant, _) => contestant.RestoreAsync(intoEmpty: true, cached: true)),
        ("restore without cache", (contestant, _) => contestant.RestoreAsync(intoEmpty: true)),
        ("check", (contestant, _) => contestant.CheckAsync(readData: false, cached: true)),
        ("check with all data", (contestant, _) => contestant.CheckAsync(readData: true, cached: true)),
    ];

    private readonly CompareOptions _options;
    private readonly Contestant[] _contestants;
    private readonly ResultTable _table;

    private Comparison(CompareOptions options, Contestant[] contestants, ResultTable table) =>
        (_options, _contestants, _table) = (options, contestants, table);

    private (string Name, Func<Contestant, Corpus, Task<Measurement>> Run)[] Rows =>
        _options.RoundTrips.Count == 0 ? LocalRows : DistantRows;

    /// <summary>Runs everything and gives the table as Markdown.</summary>
    public static async Task<string> RunAsync(CompareOptions options)
    {
        Directory.CreateDirectory(options.Work);
        var table = new ResultTable();
        var builder = new CorpusBuilder(options.Work, options.Scale);
        Corpus[] corpora = [.. options.Corpora.Split(',').Select(letter => builder.Build(letter[0]))];
        if (options.RoundTrips.Count == 0)
        {
            await RunAsync(options, null, corpora, table);
        }

        foreach (int milliseconds in options.RoundTrips)
        {
            await using LoopbackServer server = await LoopbackServer.StartAsync(
                options.Server, options.Work, TimeSpan.FromMilliseconds(milliseconds));
            string line = $", {LoopbackServer.VersionOf(options.Server)} with {milliseconds} ms added to each round trip";
            await RunAsync(options, server.Location, corpora.Select(corpus => corpus with { Line = line }), table);
        }

        return table.ToMarkdown([.. Contestants(options, null).Select(contestant => contestant.Name)], options);
    }

    private static Contestant[] Contestants(CompareOptions options, string? server)
    {
        string[] restics = [.. options.Restics];
        if (restics.Length == 0)
        {
            restics = Environment.GetEnvironmentVariable("BACKUP_RESTIC_NEW") is { Length: > 0 } newer ? [newer, "restic"] : ["restic"];
        }

        return
        [
            Contestant.Ours(options.Ours ?? OwnProgram.Find(), options.Work, server),
            .. restics.Select(program => Contestant.Restic(program, options.Work, server)),
        ];
    }

    private static async Task RunAsync(CompareOptions options, string? server, IEnumerable<Corpus> corpora, ResultTable table)
    {
        var comparison = new Comparison(options, Contestants(options, server), table);
        foreach (Corpus corpus in corpora)
        {
            await comparison.RunAsync(corpus);
        }
    }

    private async Task RunAsync(Corpus corpus)
    {
        for (int round = 0; round <= _options.Rounds; round++)
        {
            Contestant[] order = round % 2 == 0 ? _contestants : [.. _contestants.Reverse()];
            foreach (Contestant contestant in order)
            {
                await contestant.InitAsync();
            }

            foreach ((string row, Func<Contestant, Corpus, Task<Measurement>> run) in Rows)
            {
                foreach (Contestant contestant in order)
                {
                    Measurement measurement = await run(contestant, corpus);
                    await Console.Error.WriteLineAsync($"{corpus.Letter} {round}/{_options.Rounds} {row}: {contestant.Name} {measurement.Seconds:F2} s");
                    if (round > 0)
                    {
                        _table.Add(corpus, row, contestant.Name, measurement);
                    }
                }
            }

            foreach (Contestant contestant in order)
            {
                _table.AddSize(corpus, contestant.Name, contestant.RepositorySize());
            }
        }

        foreach (Contestant contestant in _contestants)
        {
            contestant.Clear();
        }
    }
}
