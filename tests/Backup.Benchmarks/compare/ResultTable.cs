using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Backup.Benchmarks.Compare;

/// <summary>Collects measurements and prints them.</summary>
internal sealed class ResultTable
{
    private readonly Dictionary<(ResultGroup Group, string Row), Dictionary<string, List<Measurement>>> _rows = [];
    private readonly Dictionary<(ResultGroup Group, string Row), Dictionary<string, long>> _sizes = [];
    private readonly Dictionary<(ResultGroup Group, string Row, string Contestant), string> _failures = [];

    /// <summary>What was measured.</summary>
    public IEnumerable<ResultGroup> Groups => _rows.Keys.Concat(_sizes.Keys).Select(key => key.Group).Distinct();

    public void Add(ResultGroup group, string row, string contestant, Measurement measurement)
    {
        Dictionary<string, List<Measurement>> cells = CellsOf(group, row);
        ref List<Measurement>? cell = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, contestant, out _);
        (cell ??= []).Add(measurement);
    }

    /// <summary>Says in place of figures that there are none, and below the table why.</summary>
    public void AddFailure(ResultGroup group, string row, string contestant, string reason)
    {
        CellsOf(group, row);
        _failures[(group, row, contestant)] = reason;
    }

    public void AddSize(ResultGroup group, string row, string contestant, long bytes)
    {
        ref Dictionary<string, long>? sizes = ref CollectionsMarshal.GetValueRefOrAddDefault(_sizes, (group, row), out _);
        (sizes ??= [])[contestant] = bytes;
    }

    /// <summary>A table per group: medians, and for the others the medians of the ratios to the first, pair by pair.</summary>
    public string ToMarkdown(string[] contestants, string conditions)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {MachineClass.Describe()}, {conditions}. Wall time / CPU time / peak memory; ×: how many times our wall time, and our memory, medians of neighbouring runs.");
        foreach (ResultGroup group in Groups)
        {
            text.AppendLine().AppendLine(group.Title).AppendLine();
            text.Append("| |").AppendJoin(" | ", contestants).AppendLine(" |");
            text.Append("|---|").AppendJoin("|", contestants.Select(_ => "---")).AppendLine("|");
            foreach ((string row, Dictionary<string, List<Measurement>> cells) in RowsOf(group).Where(row => !row.Cells.ContainsKey(Limits.Name)))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {row} | ");
                text.AppendJoin(" | ", contestants.Select(contestant => Cell(group, row, cells, contestants[0], contestant))).AppendLine(" |");
            }

            foreach (((_, string row), Dictionary<string, long> sizes) in _sizes.Where(entry => entry.Key.Group == group))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {row} | ");
                text.AppendJoin(" | ", contestants.Select(contestant => sizes.TryGetValue(contestant, out long size)
                    ? string.Create(CultureInfo.InvariantCulture, $"{size / 1e6:F1} MB")
                    : "–")).AppendLine(" |");
            }

            string limits = string.Join(", ", RowsOf(group).Where(row => row.Cells.ContainsKey(Limits.Name)).Select(row => $"{row.Name} {Figures(row.Cells[Limits.Name])}"));
            if (limits.Length > 0)
            {
                text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"For comparison: {limits}.");
            }
        }

        AppendFailures(text);
        return text.ToString();
    }

    /// <summary>What was run of a group, in its order, by the names of those who ran it.</summary>
    public IEnumerable<(string Name, Dictionary<string, List<Measurement>> Cells)> RowsOf(ResultGroup group) =>
        _rows.Where(entry => entry.Key.Group == group).Select(entry => (entry.Key.Row, entry.Value));

    /// <summary>How many times the first's wall time another one took: the median of neighbouring runs.</summary>
    public static double Ratio(Dictionary<string, List<Measurement>> cells, string first, string contestant) =>
        Ratio(cells, first, contestant, run => run.Seconds);

    /// <summary>The median of some figures.</summary>
    public static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private Dictionary<string, List<Measurement>> CellsOf(ResultGroup group, string row)
    {
        ref Dictionary<string, List<Measurement>>? cells = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, (group, row), out _);
        return cells ??= [];
    }

    private string Cell(ResultGroup group, string row, Dictionary<string, List<Measurement>> cells, string first, string contestant)
    {
        if (_failures.ContainsKey((group, row, contestant)))
        {
            return "failed";
        }

        if (!cells.TryGetValue(contestant, out List<Measurement>? runs))
        {
            return "–";
        }

        return contestant == first || !cells.ContainsKey(first) || _failures.ContainsKey((group, row, first))
            ? Figures(runs)
            : string.Create(CultureInfo.InvariantCulture, $"{Figures(runs)} **{Ratio(cells, first, contestant):F2}×, {Ratio(cells, first, contestant, run => run.PeakBytes):F2}×**");
    }

    private void AppendFailures(StringBuilder text)
    {
        if (_failures.Count > 0)
        {
            text.AppendLine().AppendLine("What failed:").AppendLine();
        }

        foreach (((ResultGroup group, string row, string contestant), string reason) in _failures)
        {
            string[] lines = reason.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            text.AppendLine(CultureInfo.InvariantCulture, $"- {group.Label}: {row}, {contestant}: {string.Join(" – ", lines)}");
        }
    }

    private static double Ratio(
        Dictionary<string, List<Measurement>> cells, string first, string contestant, Func<Measurement, double> figure) =>
        Median(cells[contestant].Zip(cells[first], (run, ours) => figure(run) / figure(ours)));

    private static string Figures(List<Measurement> runs) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(runs.Select(run => run.Seconds)):F2} s / {Median(runs.Select(run => run.CpuSeconds)):F2} s / {Median(runs.Select(run => run.PeakBytes / 1e6)):F0} MB");
}
