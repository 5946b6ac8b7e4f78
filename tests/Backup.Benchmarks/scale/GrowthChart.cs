using System.Globalization;
using Backup.Benchmarks.Compare;

namespace Backup.Benchmarks.Scale;

/// <summary>
/// Draws the time of each row, a bar for each contestant. Within a group all bars have one scale, so that twice the work
/// has twice the bar if cost grows linearly.
/// </summary>
internal static class GrowthChart
{
    private const int LabelWidth = 120;
    private const int FiguresWidth = 170;
    private const int BarHeight = 15;
    private const int RowGap = 6;
    private const int GroupHeight = 26;
    private const int HeadHeight = 46;

    private static readonly string[] Colors = [Svg.Blue, Svg.Red];

    public static string Draw(ResultTable table, string[] contestants)
    {
        (string Title, (string Name, (string Name, Measurement Run)[] Bars)[] Rows)[] groups = [.. table.Groups
            .Select(group => (group.Title, table.RowsOf(group).Select(row => (row.Name, BarsOf(row.Cells, contestants))).ToArray()))
            .Where(group => group.Item2.Length > 0)];
        int height = groups.Sum(group => GroupHeight + group.Rows.Sum(row => RowGap + (row.Bars.Length * BarHeight)));
        var svg = new Svg(
            HeadHeight + height + 10,
            $"Time and peak memory: {string.Join(" (above), ", contestants)}",
            string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors; shorter bars are better"));
        int y = HeadHeight;
        foreach ((string title, (string Name, (string Name, Measurement Run)[] Bars)[] rows) in groups)
        {
            double most = rows.SelectMany(row => row.Bars).Select(bar => bar.Run.Seconds).DefaultIfEmpty(1).Max();
            svg.Text(8, y + 18, title);
            y += GroupHeight;
            foreach ((string name, (string Name, Measurement Run)[] bars) in rows)
            {
                svg.Label(LabelWidth - 8, y + 12, name);
                foreach ((string contestant, Measurement run) in bars)
                {
                    double length = run.Seconds / most * (Svg.Width - LabelWidth - FiguresWidth);
                    svg.Bar(LabelWidth, y + 2, length, BarHeight - 3, Colors[Array.IndexOf(contestants, contestant) % Colors.Length]);
                    svg.Text(LabelWidth + length + 5, y + 12, string.Create(CultureInfo.InvariantCulture, $"{run.Seconds:F1} s, {run.PeakBytes / 1e6:F0} MB"), Svg.Grey);
                    y += BarHeight;
                }

                y += RowGap;
            }
        }

        return svg.ToString();
    }

    private static (string Name, Measurement Run)[] BarsOf(Dictionary<string, List<Measurement>> cells, string[] contestants) =>
    [
        .. contestants.Where(cells.ContainsKey).Select(contestant => (contestant, MedianOf(cells[contestant]))),
    ];

    private static Measurement MedianOf(List<Measurement> runs) => new(
        ResultTable.Median(runs.Select(run => run.Seconds)),
        ResultTable.Median(runs.Select(run => run.CpuSeconds)),
        (long)ResultTable.Median(runs.Select(run => (double)run.PeakBytes)));
}
