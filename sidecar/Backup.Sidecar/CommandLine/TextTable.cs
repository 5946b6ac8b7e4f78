using Spectre.Console.Rendering;

namespace Backup.Sidecar.CommandLine;

/// <summary>Columns of text under their titles, between two rules. Cells may have several lines.</summary>
internal sealed class TextTable(params ReadOnlySpan<string> titles)
{
    private const string Gap = "  ";
    private readonly string[] _titles = titles.ToArray();
    private readonly List<string[][]> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="cells">For each column its lines.</param>
    public void Add(params string[][] cells) => _rows.Add(cells);

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="spaceRows">An empty line around rows of several lines, where it is hard to see which lines belong together.</param>
    public void Write(TextWriter output, bool spaceRows)
    {
        int[] widths = [.. _titles.Select((title, column) =>
            Math.Max(Width(title), _rows.Select(row => row[column].Select(Width).DefaultIfEmpty(0).Max()).DefaultIfEmpty(0).Max()))];
        string rule = new('-', widths.Sum() + (Gap.Length * (widths.Length - 1)));
        output.WriteLine(Line(_titles, widths));
        output.WriteLine(rule);
        bool space = spaceRows && _rows.Any(row => row.Any(cell => cell.Length > 1));
        for (int i = 0; i < _rows.Count; i++)
        {
            if (space && i > 0)
            {
                output.WriteLine();
            }

            string[][] row = _rows[i];
            int lines = Math.Max(1, row.Max(cell => cell.Length));
            for (int line = 0; line < lines; line++)
            {
                output.WriteLine(Line([.. row.Select(cell => line < cell.Length ? cell[line] : "")], widths));
            }
        }

        output.WriteLine(rule);
    }

    private static string Line(string[] cells, int[] widths) =>
        string.Join(Gap, cells.Select((cell, column) => cell + new string(' ', widths[column] - Width(cell)))).TrimEnd();

    private static int Width(string text) => new Segment(text).CellCount();
}
