using System.Globalization;
using Backup.Benchmarks.Compare;

namespace Backup.Benchmarks.Scale;

/// <summary>
/// Lets ours and restic work in turn on more and more files, each in a repository of its own. A step that fails is told as
/// such, and the next one is run. Each step has its rows of the table, one for each number of files, so that it shows how it grows.
/// </summary>
internal sealed class ScaleRun
{
    private static readonly int[] PartsPerSize = [1, SmallFiles.Parts / 2, SmallFiles.Parts];
    private static readonly ResultGroup Stored = new("repository", "Repository");

    private readonly ScaleOptions _options;
    private readonly Contestant[] _contestants;
    private readonly string[] _names;
    private readonly SmallFiles _files;
    private readonly ResultTable _table = new();

    private ScaleRun(ScaleOptions options)
    {
        _options = options;
        _contestants =
        [
            Contestant.Ours(options.Ours ?? OwnProgram.Find(), options.Work, null),
            ResticPrograms.Find(options.Restics).Select(program => Contestant.Restic(program, options.Work, null)).MaxBy(restic => restic.Version)
                ?? throw new InvalidOperationException("There is no restic."),
        ];
        Array.ForEach(_contestants, contestant => contestant.Limit = options.Limit);
        _names = [.. _contestants.Select(contestant => contestant.Name)];
        _files = SmallFiles.Make(options.Work, options.Files);
    }

    /// <summary>Runs everything, prints the table as Markdown, and writes it and its chart where they were asked for.</summary>
    public static async Task RunAsync(ScaleOptions options)
    {
        Directory.CreateDirectory(options.Work);
        var run = new ScaleRun(options);
        foreach (int parts in PartsPerSize)
        {
            for (int round = 0; round < options.Rounds; round++)
            {
                await run.RunAsync(parts, round % 2 == 0 ? run._contestants : [.. run._contestants.Reverse()]);
            }

            await run.WriteAsync(); // what there is, should a later one end it all
        }

        Console.WriteLine(run.ToMarkdown());
    }

    private async Task RunAsync(int parts, Contestant[] contestants)
    {
        string row = string.Create(CultureInfo.InvariantCulture, $"{parts * _files.FilesPerPart:N0} files");
        foreach (ScaleStep step in ScaleStep.All)
        {
            if (step == ScaleStep.All[^1])
            {
                AddSizes(row, contestants);
            }

            foreach (Contestant contestant in contestants)
            {
                await RunAsync(step, row, contestant, parts);
            }
        }

        AddSizes($"{row}, pruned", contestants);
        Array.ForEach(contestants, contestant => contestant.Clear());
    }

    private async Task RunAsync(ScaleStep step, string row, Contestant contestant, int parts)
    {
        var group = new ResultGroup(step.Name, char.ToUpperInvariant(step.Name[0]) + step.Name[1..]);
        try
        {
            Measurement measurement = await step.Run(contestant, _files, parts);
            _table.Add(group, row, contestant.Name, measurement);
            await Console.Error.WriteLineAsync($"{row}, {step.Name}: {contestant.Name} {measurement.Seconds:F2} s, {measurement.PeakBytes / 1e6:F0} MB");
        }
        catch (InvalidOperationException exception)
        {
            _table.AddFailure(group, row, contestant.Name, exception.Message);
            await Console.Error.WriteLineAsync($"{row}, {step.Name}: {contestant.Name} failed: {exception.Message}");
        }
    }

    private void AddSizes(string row, Contestant[] contestants) =>
        Array.ForEach(contestants, contestant => _table.AddSize(Stored, row, contestant.Name, contestant.RepositorySize()));

    private string ToMarkdown() => _table.ToMarkdown(
        _names, string.Create(CultureInfo.InvariantCulture, $"files of 40 to 199 bytes, rounds: {_options.Rounds}"));

    private async Task WriteAsync()
    {
        if (_options.Output is not null)
        {
            await CompareProgram.WriteAsync(_options.Output, ToMarkdown(), GrowthChart.Draw(_table, _names));
        }
    }
}
