namespace Backup.Benchmarks.Compare;

/// <summary>
/// Runs the contestants in turn, row by row, so that neighbouring runs see the same machine; who begins changes from round
/// to round, and the first round only warms up.
/// </summary>
internal sealed class Comparison
{
    private static readonly (string Name, Func<Contestant, Corpus, Task<Measurement>> Run)[] Rows =
    [
        ("first backup", (contestant, corpus) => contestant.BackupAsync(corpus)),
        ("unchanged backup", (contestant, corpus) => contestant.BackupAsync(corpus)),
        ("forced re-read", (contestant, corpus) => contestant.BackupAsync(corpus, force: true)),
        ("restore into an empty folder", (contestant, _) => contestant.RestoreAsync(intoEmpty: true)),
        ("restore over an equal tree", (contestant, _) => contestant.RestoreAsync(intoEmpty: false)),
        ("check", (contestant, _) => contestant.CheckAsync(readData: false)),
        ("check with all data", (contestant, _) => contestant.CheckAsync(readData: true)),
    ];

    private readonly CompareOptions _options;
    private readonly Contestant[] _contestants;
    private readonly ResultTable _table = new();

    private Comparison(CompareOptions options, Contestant[] contestants) => (_options, _contestants) = (options, contestants);

    /// <summary>Runs everything and gives the table as Markdown.</summary>
    public static async Task<string> RunAsync(CompareOptions options)
    {
        Directory.CreateDirectory(options.Work);
        string[] restics = [.. options.Restics];
        if (restics.Length == 0)
        {
            restics = Environment.GetEnvironmentVariable("BACKUP_RESTIC_NEW") is { Length: > 0 } newer ? [newer, "restic"] : ["restic"];
        }

        Contestant[] contestants =
        [
            Contestant.Ours(options.Ours ?? OwnProgram.Find(), options.Work),
            .. restics.Select(program => Contestant.Restic(program, options.Work)),
        ];
        var comparison = new Comparison(options, contestants);
        var builder = new CorpusBuilder(options.Work, options.Scale);
        foreach (string letter in options.Corpora.Split(','))
        {
            await comparison.RunAsync(builder.Build(letter[0]));
        }

        return comparison._table.ToMarkdown([.. contestants.Select(contestant => contestant.Name)], options);
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
