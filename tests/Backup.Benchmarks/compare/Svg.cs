using System.Globalization;
using System.Security;
using System.Text;

namespace Backup.Benchmarks.Compare;

/// <summary>A chart of horizontal bars, written from its top to its bottom.</summary>
internal sealed class Svg
{
    public const int Width = 760;
    public const string Black = "#111111";
    public const string Grey = "#666666";
    public const string Blue = "#2a78b8";
    public const string Red = "#c05020";

    private readonly StringBuilder _text = new();

    /// <summary>An empty chart with its title and what stands below that.</summary>
    public Svg(int height, string title, string subtitle)
    {
        _text.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">");
        _text.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        _text.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"8\" y=\"18\" font-size=\"14\" fill=\"{Black}\">{SecurityElement.Escape(title)}</text>");
        Text(8, 36, subtitle, Grey);
    }

    public void Text(double x, double y, string text, string color = Black) => _text.AppendLine(
        CultureInfo.InvariantCulture, $"<text x=\"{x:F0}\" y=\"{y:F0}\" fill=\"{color}\">{SecurityElement.Escape(text)}</text>");

    /// <summary>Text that ends before a bar.</summary>
    public void Label(double x, double y, string text) => _text.AppendLine(
        CultureInfo.InvariantCulture, $"<text x=\"{x:F0}\" y=\"{y:F0}\" text-anchor=\"end\" fill=\"{Black}\">{SecurityElement.Escape(text)}</text>");

    public void Bar(double x, double y, double width, double height, string color) => _text.AppendLine(
        CultureInfo.InvariantCulture, $"<rect x=\"{x:F0}\" y=\"{y:F0}\" width=\"{width:F0}\" height=\"{height:F0}\" fill=\"{color}\"/>");

    /// <summary>A dashed line from the top to the bottom of what it divides.</summary>
    public void Line(double x, double top, double bottom) => _text.AppendLine(
        CultureInfo.InvariantCulture, $"<line x1=\"{x:F0}\" y1=\"{top:F0}\" x2=\"{x:F0}\" y2=\"{bottom:F0}\" stroke=\"{Black}\" stroke-dasharray=\"3 3\"/>");

    /// <summary>All of it.</summary>
    public override string ToString() => $"{_text}</svg>{Environment.NewLine}";
}
