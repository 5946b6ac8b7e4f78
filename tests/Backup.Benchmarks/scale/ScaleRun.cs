using System.Diagnostics;
using System.Globalization;
using System.Text;
using Backup.Benchmarks.Compare;
using Backup.Engine;

namespace Backup.Benchmarks.Scale;

/// <summary>Lets ours and restic work alternately on equal repositories of very many small files.</summary>
internal sealed class ScaleRun
{
    private static readonly (string Name, string[] Command)[] Rows =
    [
        ("list snapshots", ["snapshots"]),
        ("find a file", ["find", "file 00000777"]),
        ("check", ["check"]),
        ("prune", ["prune", "--max-unused", "0"]),
    ];

    private readonly ScaleOptions _options;
    private readonly ScaleContestant[] _contestants;
    private readonly StringBuilder _table = new();

    private ScaleRun(ScaleOptions options)
    {
        _options = options;
        IReadOnlyList<string> restics = options.Restics.Count > 0 ? options.Restics
            : Environment.GetEnvironmentVariable("BACKUP_RESTIC_NEW") is { Length: > 0 } newer ? [newer, "restic"]
            : ["restic"];
        _contestants =
        [
            new ScaleContestant(options.Ours ?? OwnProgram.Find(), "BACKUP", options.Work),
            .. restics.Select(program => new ScaleContestant(program, "RESTIC", options.Work)),
        ];
        _table.AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors; wall time / peak memory, the best of {options.Rounds} rounds.").AppendLine();
        _table.Append("| |").AppendJoin(" | ", _contestants.Select(contestant => contestant.Name)).AppendLine(" |");
        _table.Append("|---|").AppendJoin("|", _contestants.Select(_ => "---")).AppendLine("|");
    }

    /// <summary>Runs everything and prints the table as Markdown.</summary>
    public static async Task RunAsync(ScaleOptions options)
    {
        Directory.CreateDirectory(options.Work);
        var run = new ScaleRun(options);
        foreach (int files in options.Files)
        {
            await run.RunAsync(files);
        }

        Console.WriteLine(run._table);
        if (options.Output is not null)
        {
            await File.WriteAllTextAsync(options.Output, run._table.ToString());
        }
    }

    private async Task RunAsync(int files)
    {
        string template = await MakeAsync(files);
        var best = new Dictionary<(string Row, string Contestant), Measurement>();
        for (int round = 0; round < _options.Rounds; round++)
        {
            ScaleContestant[] order = round % 2 == 0 ? _contestants : [.. _contestants.Reverse()];
            Array.ForEach(order, contestant => contestant.UseCopyOf(template));
            foreach ((string row, string[] command) in Rows)
            {
                foreach (ScaleContestant contestant in order)
                {
                    Measurement now = await contestant.RunAsync(command);
                    await Console.Error.WriteLineAsync($"{files} {row}: {contestant.Name} {now.Seconds:F2} s, {now.PeakBytes / 1e6:F0} MB");
                    if (!best.TryGetValue((row, contestant.Name), out Measurement before) || now.Seconds < before.Seconds)
                    {
                        best[(row, contestant.Name)] = now;
                    }
                }
            }

            Array.ForEach(order, contestant => contestant.Clear());
        }

        foreach ((string row, _) in Rows)
        {
            _table.Append(CultureInfo.InvariantCulture, $"| {files:N0} files, {row} | ");
            _table.AppendJoin(" | ", _contestants.Select(contestant => best[(row, contestant.Name)]).Select(run => string.Create(
                CultureInfo.InvariantCulture, $"{run.Seconds:F2} s / {run.PeakBytes / 1e6:F0} MB"))).AppendLine(" |");
        }
    }

    /// <summary>A repository with one snapshot, and data that only one before it needed. Made once for each size.</summary>
    private async Task<string> MakeAsync(int files)
    {
        string path = Path.Combine(_options.Work, $"template-{files}");
        if (Directory.Exists(path))
        {
            return path;
        }

        string unfinished = path + ".unfinished";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        long begin = Stopwatch.GetTimestamp();
        var options = new RepositoryOptions { Location = unfinished, Password = "benchmark"u8.ToArray() };
        await using (Repository repository = await Repository.CreateAsync(options, CancellationToken.None))
        {
            BackupSummary first = await BackupAsync(repository, files, generation: 0);
            await BackupAsync(repository, files, generation: 1);
            await repository.ForgetAsync(new ForgetOptions { Snapshots = [first.Snapshot!.Id.ToString()] }, CancellationToken.None); // it is no dry run
        }

        await Console.Error.WriteLineAsync($"made a repository of {files} files in {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
        Directory.Move(unfinished, path);
        return path;
    }

    private static Task<BackupSummary> BackupAsync(Repository repository, int files, int generation) => repository.BackupAsync(
        new BackupOptions { Source = new SyntheticSource(files, generation), Hostname = "host" }, null, CancellationToken.None);
}
