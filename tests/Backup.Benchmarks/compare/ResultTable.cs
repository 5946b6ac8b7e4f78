using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Backup.Benchmarks.Compare;

/// <summary>Collects measurements and prints them.</summary>
internal sealed class ResultTable
{
    private readonly Dictionary<(Corpus Corpus, string Row), Dictionary<string, List<Measurement>>> _rows = [];
    private readonly Dictionary<Corpus, Dictionary<string, long>> _sizes = [];

    /// <summary>The corpora that were measured.</summary>
    public IEnumerable<Corpus> Corpora => _sizes.Keys;

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
            foreach ((string row, Dictionary<string, List<Measurement>> cells) in RowsOf(corpus).Where(row => row.Cells.ContainsKey(contestants[0])))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {row} | ");
                text.AppendJoin(" | ", contestants.Select(contestant => Cell(cells, contestants[0], contestant))).AppendLine(" |");
            }

            text.Append("| repository | ");
            text.AppendJoin(" | ", contestants.Select(contestant => string.Create(CultureInfo.InvariantCulture, $"{sizes[contestant] / 1e6:F1} MB")));
            text.AppendLine(" |");
            string limits = string.Join(", ", RowsOf(corpus).Where(row => row.Cells.ContainsKey(Limits.Name)).Select(row => $"{row.Name} {Figures(row.Cells[Limits.Name])}"));
            if (limits.Length > 0)
            {
                text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"For comparison: {limits}.");
            }
        }

        return text.ToString();
    }

    /// <summary>What was run on a corpus, in its order, by the names of those who ran it.</summary>
    public IEnumerable<(string Name, Dictionary<string, List<Measurement>> Cells)> RowsOf(Corpus corpus) =>
        _rows.Where(entry => entry.Key.Corpus == corpus).Select(entry => (entry.Key.Row, entry.Value));

    /// <summary>How many times the first's wall time another one took: the median of neighbouring runs.</summary>
    public static double Ratio(Dictionary<string, List<Measurement>> cells, string first, string contestant) =>
        Median(cells[contestant].Zip(cells[first], (run, ours) => run.Seconds / ours.Seconds));

    private static string Cell(Dictionary<string, List<Measurement>> cells, string first, string contestant)
    {
        if (!cells.TryGetValue(contestant, out List<Measurement>? runs))
        {
            return "–";
        }

        return contestant == first
            ? Figures(runs)
            : string.Create(CultureInfo.InvariantCulture, $"{Figures(runs)} **{Ratio(cells, first, contestant):F2}×**");
    }

    private static string Figures(List<Measurement> runs) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(runs.Select(run => run.Seconds)):F2} s / {Median(runs.Select(run => run.CpuSeconds)):F2} s / {Median(runs.Select(run => run.PeakBytes / 1e6)):F0} MB");

    private static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
