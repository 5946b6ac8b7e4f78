using System.Globalization;
using System.Text;

namespace Backup.Benchmarks.Compare;

/// <summary>Draws how many times our time the first of the others took, a bar for each row of each corpus.</summary>
internal static class RatioChart
{
    private const int Width = 760;
    private const int LabelWidth = 230;
    private const int RowHeight = 18;
    private const int HeadHeight = 46;

    public static string Draw(ResultTable table, string[] contestants)
    {
        (string Label, double Ratio)[] bars = [.. table.Corpora.SelectMany(corpus => table.RowsOf(corpus)
            .Where(row => row.Cells.ContainsKey(contestants[0]) && row.Cells.ContainsKey(contestants[1]))
            .Select(row => ($"{corpus.Letter}: {row.Name}", ResultTable.Ratio(row.Cells, contestants[0], contestants[1]))))];
        double most = Math.Max(2, bars.Max(bar => bar.Ratio));
        double unit = (Width - LabelWidth - 60) / most;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{HeadHeight + (bars.Length * RowHeight) + 10}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"8\" y=\"18\" font-size=\"14\" fill=\"#111111\">{contestants[1]}: how many times the time of {contestants[0]}</text>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"8\" y=\"36\" fill=\"#666666\">{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors; the line is equal time, longer bars are better for us</text>");
        for (int i = 0; i < bars.Length; i++)
        {
            int y = HeadHeight + (i * RowHeight);
            string color = bars[i].Ratio >= 1 ? "#2a78b8" : "#c05020";
            svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth - 8}\" y=\"{y + 13}\" text-anchor=\"end\" fill=\"#111111\">{bars[i].Label}</text>");
            svg.AppendLine(CultureInfo.InvariantCulture, $"<rect x=\"{LabelWidth}\" y=\"{y + 3}\" width=\"{bars[i].Ratio * unit:F0}\" height=\"{RowHeight - 6}\" fill=\"{color}\"/>");
            svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth + (bars[i].Ratio * unit) + 5:F0}\" y=\"{y + 13}\" fill=\"#111111\">{bars[i].Ratio:F2}×</text>");
        }

        double line = LabelWidth + unit;
        svg.AppendLine(CultureInfo.InvariantCulture, $"<line x1=\"{line:F0}\" y1=\"{HeadHeight}\" x2=\"{line:F0}\" y2=\"{HeadHeight + (bars.Length * RowHeight)}\" stroke=\"#111111\" stroke-dasharray=\"3 3\"/>");
        return svg.AppendLine("</svg>").ToString();
    }
}
