using System.Text;

namespace Backup.Engine.Sources;

/// <summary>Text files that people or other programs wrote, with or without a byte order mark.</summary>
internal static class TextFile
{
    /// <summary>The lines of a text in UTF-8, or in UTF-16 with a byte order mark. Other bytes stay what they are (see <see cref="FileName"/>).</summary>
    public static string[] Lines(ReadOnlySpan<byte> bytes)
    {
        string text = bytes switch
        {
            [0xEF, 0xBB, 0xBF, .. var rest] => FileName.Decode(rest),
            [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
            [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
            _ => FileName.Decode(bytes),
        };
        string[] lines = text.Split('\n');
        return [.. (lines[^1].Length == 0 ? lines[..^1] : lines).Select(line => line.EndsWith('\r') ? line[..^1] : line)];
    }
}
