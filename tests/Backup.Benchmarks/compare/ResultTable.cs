using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Backup.Benchmarks.Compare;

/// <summary>Collects measurements and prints them.</summary>
internal sealed class ResultTable
{
    private readonly Dictionary<(Corpus Corpus, string Row), Dictionary<string, List<Measurement>>> _rows = [];
    private readonly Dictionary<Corpus, Dictionary<string, long>> _sizes = [];

    public void Add(Corpus corpus, string row, string contestant, Measurement measurement)
    {
        ref Dictionary<string, List<Measurement>>? cells = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, (corpus, row), out _);
        cells ??= [];
        ref List<Measurement>? cell = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, contestant, out _);
        (cell ??= []).Add(measurement);
    }

    public void AddSize(Corpus corpus, string contestant, long bytes)
    {
        ref Dictionary<string, long>? sizes = ref CollectionsMarshal.GetValueRefOrAddDefault(_sizes, corpus, out _);
        (sizes ??= [])[contestant] = bytes;
    }

    /// <summary>A table per corpus: medians, and for the others the median of the ratios to the first, pair by pair.</summary>
    public string ToMarkdown(string[] contestants, CompareOptions options)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors, {RuntimeInformation.ProcessArchitecture}, scale {options.Scale}, {options.Rounds} rounds. Wall time / CPU time / peak memory; ×: how many times our wall time, median of neighbouring runs.");
        foreach ((Corpus corpus, Dictionary<string, long> sizes) in _sizes)
        {
            text.AppendLine().AppendLine(corpus.Description).AppendLine();
            text.Append("| |").AppendJoin(" | ", contestants).AppendLine(" |");
            text.Append("|---|").AppendJoin("|", contestants.Select(_ => "---")).AppendLine("|");
            foreach (((Corpus _, string row), Dictionary<string, List<Measurement>> cells) in _rows.Where(entry => entry.Key.Corpus == corpus))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {row} | ");
                text.AppendJoin(" | ", contestants.Select(contestant => Cell(cells, contestants[0], contestant))).AppendLine(" |");
            }

            text.Append("| repository | ");
            text.AppendJoin(" | ", contestants.Select(contestant => string.Create(CultureInfo.InvariantCulture, $"{sizes[contestant] / 1e6:F1} MB")));
            text.AppendLine(" |");
        }

        return text.ToString();
    }

    private static string Cell(Dictionary<string, List<Measurement>> cells, string first, string contestant)
    {
        List<Measurement> runs = cells[contestant];
        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{Median(runs.Select(run => run.Seconds)):F2} s / {Median(runs.Select(run => run.CpuSeconds)):F2} s / {Median(runs.Select(run => run.PeakBytes / 1e6)):F0} MB");
        double ratio = Median(runs.Zip(cells[first], (run, ours) => run.Seconds / ours.Seconds));
        return contestant == first ? figures : string.Create(CultureInfo.InvariantCulture, $"{figures} **{ratio:F2}×**");
    }

    private static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
