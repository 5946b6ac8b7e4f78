using System.Globalization;
using System.Text;

namespace Backup.Engine;

/// <summary>
/// Names that can't harm a terminal: what is not printable — control characters, bytes that are not UTF-8, marks that
/// turn the direction of writing — is written as an escape between quotes.
/// </summary>
public static class Printable
{
    /// <summary>The name itself if all of it can be printed, else the name quoted: <c>"a\nb\xff"</c>.</summary>
    public static string Name(string name)
    {
        foreach (char c in name)
        {
            if (!IsPlain(c))
            {
                return IsPrintable(name) ? name : Quote(name);
            }
        }

        return name;
    }

    private static bool IsPlain(char c) => c is >= ' ' and < '\x7f';

    private static bool IsPrintable(string name)
    {
        ReadOnlySpan<char> rest = name;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done
                || !IsPrintable(rune))
            {
                return false;
            }

            rest = rest[consumed..];
        }

        return true;
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);

    private static string Quote(string name)
    {
        var text = new StringBuilder(name.Length + 8).Append('"');
        ReadOnlySpan<char> rest = name;
        while (!rest.IsEmpty)
        {
            bool isRune = Rune.DecodeFromUtf16(rest, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            if (!isRune)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{rest[0] & 0xff:x2}"); // see FileName: the low byte is the name's
            }
            else if (rune.Value is '"' or '\\')
            {
                text.Append('\\').Append(rune);
            }
            else if (IsPrintable(rune))
            {
                text.Append(rune);
            }
            else
            {
                AppendEscape(text, rune.Value);
            }

            rest = rest[consumed..];
        }

        return text.Append('"').ToString();
    }

    private static void AppendEscape(StringBuilder text, int value) => _ = value switch
    {
        '\n' => text.Append("\\n"),
        '\r' => text.Append("\\r"),
        '\t' => text.Append("\\t"),
        < 0x80 => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
        < 0x10000 => text.Append(CultureInfo.InvariantCulture, $"\\u{value:x4}"),
        _ => text.Append(CultureInfo.InvariantCulture, $"\\U{value:x8}"),
    };
}
