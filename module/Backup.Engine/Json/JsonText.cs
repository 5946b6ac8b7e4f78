using System.Globalization;
using System.Text;

namespace Backup.Engine.Json;

/// <summary>Takes back the escapes of JSON strings and of Go's quoted names, as Go reads them.</summary>
internal static class JsonText
{
    /// <summary>The bytes that an escaped JSON string means. Half a surrogate pair becomes U+FFFD.</summary>
    /// <param name="escaped">What stands between the quotes, already known to be well-formed.</param>
    /// <param name="destination">At least as long.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        int length = 0;
        while (!escaped.IsEmpty)
        {
            int plain = escaped.IndexOf((byte)'\\');
            plain = plain < 0 ? escaped.Length : plain;
            escaped[..plain].CopyTo(destination[length..]);
            length += plain;
            escaped = escaped[plain..];
            if (escaped.IsEmpty)
            {
                break;
            }

            if (escaped[1] == 'u')
            {
                Rune rune = ReadUnicodeEscape(escaped, out int consumed);
                length += rune.EncodeToUtf8(destination[length..]);
                escaped = escaped[consumed..];
            }
            else
            {
                int letter = "bfnrt"u8.IndexOf(escaped[1]);
                destination[length++] = letter < 0 ? escaped[1] : "\b\f\n\r\t"u8[letter];
                escaped = escaped[2..];
            }
        }

        return length;
    }

    /// <summary>Takes back <c>strconv.Quote</c>, if <paramref name="quoted"/> is what it writes between its quotes.</summary>
    /// <param name="quoted">The escaped name.</param>
    /// <param name="destination">At least as long.</param>
    /// <param name="length">How many bytes were written.</param>
    public static bool TryUnquoteName(ReadOnlySpan<byte> quoted, Span<byte> destination, out int length)
    {
        length = 0;
        while (!quoted.IsEmpty)
        {
            int plain = quoted.IndexOfAny((byte)'\\', (byte)'"', (byte)'\n');
            plain = plain < 0 ? quoted.Length : plain;
            quoted[..plain].CopyTo(destination[length..]);
            length += plain;
            quoted = quoted[plain..];
            if (quoted.IsEmpty)
            {
                break;
            }

            if (quoted[0] != '\\')
            {
                return false; // a quote or a line break has to be escaped
            }

            int consumed = UnquoteOne(quoted, destination, ref length);
            if (consumed == 0)
            {
                return false;
            }

            quoted = quoted[consumed..];
        }

        return true;
    }

    // Returns how many bytes the escape has, 0 if it is none.
    private static int UnquoteOne(ReadOnlySpan<byte> quoted, Span<byte> destination, ref int length)
    {
        byte letter = quoted.Length > 1 ? quoted[1] : (byte)0;
        switch (letter)
        {
            case (byte)'x':
                return UnquoteByte(quoted, 2, 2, 16, destination, ref length);
            case >= (byte)'0' and <= (byte)'7':
                return UnquoteByte(quoted, 1, 3, 8, destination, ref length);
            case (byte)'u':
                return UnquoteRune(quoted, 4, destination, ref length);
            case (byte)'U':
                return UnquoteRune(quoted, 8, destination, ref length);
            case (byte)'\\' or (byte)'"':
                destination[length++] = letter;
                return 2;
            default:
                int place = "abtnvfr"u8.IndexOf(letter);
                if (place < 0)
                {
                    return 0;
                }

                destination[length++] = (byte)('\a' + place);
                return 2;
        }
    }

    private static int UnquoteByte(
        ReadOnlySpan<byte> quoted, int skipped, int digits, int numberBase, Span<byte> destination, ref int length)
    {
        if (quoted.Length < skipped + digits)
        {
            return 0;
        }

        int value = 0;
        foreach (byte digit in quoted.Slice(skipped, digits))
        {
            int worth = HexDigit(digit);
            if (worth < 0 || worth >= numberBase)
            {
                return 0;
            }

            value = (value * numberBase) + worth;
        }

        if (value > byte.MaxValue)
        {
            return 0;
        }

        destination[length++] = (byte)value;
        return skipped + digits;
    }

    private static int UnquoteRune(ReadOnlySpan<byte> quoted, int digits, Span<byte> destination, ref int length)
    {
        if (quoted.Length < 2 + digits
            || !uint.TryParse(quoted.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
            || !Rune.TryCreate(value, out Rune rune))
        {
            return 0;
        }

        length += rune.EncodeToUtf8(destination[length..]);
        return 2 + digits;
    }

    private static Rune ReadUnicodeEscape(ReadOnlySpan<byte> escaped, out int consumed)
    {
        char first = HexUnit(escaped[2..]);
        consumed = 6;
        if (Rune.TryCreate(first, out Rune rune))
        {
            return rune;
        }

        if (escaped.Length >= 12 && escaped[6] == '\\' && escaped[7] == 'u'
            && Rune.TryCreate(first, HexUnit(escaped[8..]), out rune))
        {
            consumed = 12;
            return rune;
        }

        return Rune.ReplacementChar;
    }

    private static char HexUnit(ReadOnlySpan<byte> digits) => (char)(
        (HexDigit(digits[0]) << 12) | (HexDigit(digits[1]) << 8) | (HexDigit(digits[2]) << 4) | HexDigit(digits[3]));

    private static int HexDigit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
