using System.Globalization;

namespace Backup.Benchmarks.Compare;

/// <summary>Draws how many times our time the first of the others took, a bar for each row of each group.</summary>
internal static class RatioChart
{
    private const int LabelWidth = 230;
    private const int RowHeight = 18;
    private const int HeadHeight = 46;

    public static string Draw(ResultTable table, string[] contestants)
    {
        (string Label, double Ratio)[] bars = [.. table.Groups.SelectMany(group => table.RowsOf(group)
            .Where(row => row.Cells.ContainsKey(contestants[0]) && row.Cells.ContainsKey(contestants[1]))
            .Select(row => ($"{group.Label}: {row.Name}", ResultTable.Ratio(row.Cells, contestants[0], contestants[1]))))];
        double most = Math.Max(2, bars.Max(bar => bar.Ratio));
        double unit = (Svg.Width - LabelWidth - 60) / most;
        var svg = new Svg(
            HeadHeight + (bars.Length * RowHeight) + 10,
            $"{contestants[1]}: how many times the time of {contestants[0]}",
            string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors; the line is equal time, longer bars are better for us"));
        for (int i = 0; i < bars.Length; i++)
        {
            int y = HeadHeight + (i * RowHeight);
            svg.Label(LabelWidth - 8, y + 13, bars[i].Label);
            svg.Bar(LabelWidth, y + 3, bars[i].Ratio * unit, RowHeight - 6, bars[i].Ratio >= 1 ? Svg.Blue : Svg.Red);
            svg.Text(LabelWidth + (bars[i].Ratio * unit) + 5, y + 13, string.Create(CultureInfo.InvariantCulture, $"{bars[i].Ratio:F2}×"));
        }

        svg.Line(LabelWidth + unit, HeadHeight, HeadHeight + (bars.Length * RowHeight));
        return svg.ToString();
    }
}
