using System.Buffers;
using System.Text;

namespace Backup.Engine.Json;

/// <summary>
/// Escapes text as Go does: for JSON (<c>encoding/json</c>, with its caution about HTML), and node names for Go source
/// (<c>strconv.Quote</c>) and then for JSON. The newest restic decides: Go before 1.22 wrote U+0008 and U+000C as
/// <c>\u0008</c> and <c>\u000c</c>.
/// </summary>
internal static class GoText
{
    /// <summary>The most bytes that one byte of text can become.</summary>
    public const int MaxGrowth = 6;

    // Everything that stands for itself in all cases.
    private static readonly SearchValues<char> PlainChars = SearchValues.Create(
        " !#$%'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    // In valid UTF-8, all that JSON may have to escape; E2 begins U+2028 and U+2029.
    private static readonly SearchValues<byte> SuspectBytes = SearchValues.Create(
    [
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F,
        0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F,
        (byte)'"', (byte)'\\', (byte)'<', (byte)'>', (byte)'&', 0xE2,
    ]);

    /// <summary>True if this is ASCII that both kinds of escaping leave alone.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(PlainChars);

    /// <summary>Escapes for JSON.</summary>
    /// <param name="text">UTF-8; a byte that is not becomes <c>\ufffd</c>.</param>
    /// <param name="destination">At least <see cref="MaxGrowth"/> times as long.</param>
    /// <returns>How many bytes were written.</returns>
    public static int EscapeJson(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int length = 0;
        bool isValid = System.Text.Unicode.Utf8.IsValid(text);
        while (!text.IsEmpty)
        {
            int harmless = isValid ? text.IndexOfAny(SuspectBytes) : 0;
            harmless = harmless < 0 ? text.Length : harmless;
            text[..harmless].CopyTo(destination[length..]);
            length += harmless;
            text = text[harmless..];
            if (!text.IsEmpty)
            {
                text = text[EscapeOne(text, destination, ref length)..];
            }
        }

        return length;
    }

    /// <summary>Escapes a node's name as Go source, and that for JSON.</summary>
    /// <param name="name">Any bytes.</param>
    /// <param name="destination">At least <see cref="MaxGrowth"/> times as long.</param>
    /// <returns>How many bytes were written.</returns>
    public static int EscapeName(ReadOnlySpan<byte> name, Span<byte> destination)
    {
        int length = 0;
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out Rune rune, out int consumed) != OperationStatus.Done)
            {
                AppendHex(destination, ref length, "\\\\x"u8, name[0], 2);
                name = name[1..];
            }
            else
            {
                AppendNameRune(destination, ref length, rune);
                name = name[consumed..];
            }
        }

        return length;
    }

    private static int EscapeOne(ReadOnlySpan<byte> text, Span<byte> destination, ref int length)
    {
        if (Rune.DecodeFromUtf8(text, out Rune rune, out int consumed) != OperationStatus.Done)
        {
            Append(destination, ref length, "\\ufffd"u8);
            return 1;
        }

        AppendJsonRune(destination, ref length, rune);
        return consumed;
    }

    private static void AppendJsonRune(Span<byte> destination, ref int length, Rune rune)
    {
        switch (rune.Value)
        {
            case '"':
                Append(destination, ref length, "\\\""u8);
                break;
            case '\\':
                Append(destination, ref length, "\\\\"u8);
                break;
            case '\b':
                Append(destination, ref length, "\\b"u8);
                break;
            case '\f':
                Append(destination, ref length, "\\f"u8);
                break;
            case '\n':
                Append(destination, ref length, "\\n"u8);
                break;
            case '\r':
                Append(destination, ref length, "\\r"u8);
                break;
            case '\t':
                Append(destination, ref length, "\\t"u8);
                break;
            case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029:
                AppendHex(destination, ref length, "\\u"u8, rune.Value, 4);
                break;
            default:
                length += rune.EncodeToUtf8(destination[length..]);
                break;
        }
    }

    private static void AppendNameRune(Span<byte> destination, ref int length, Rune rune)
    {
        if (rune.Value is '"' or '\\')
        {
            Append(destination, ref length, "\\\\"u8);
            AppendJsonRune(destination, ref length, rune);
        }
        else if (GoPrintable.Contains(rune.Value))
        {
            AppendJsonRune(destination, ref length, rune);
        }
        else if (rune.Value is >= '\a' and <= '\r')
        {
            Append(destination, ref length, "\\\\"u8);
            destination[length++] = "abtnvfr"u8[rune.Value - '\a'];
        }
        else if (rune.Value is < 0x20 or 0x7F)
        {
            AppendHex(destination, ref length, "\\\\x"u8, rune.Value, 2);
        }
        else if (rune.IsBmp)
        {
            AppendHex(destination, ref length, "\\\\u"u8, rune.Value, 4);
        }
        else
        {
            AppendHex(destination, ref length, "\\\\U"u8, rune.Value, 8);
        }
    }

    private static void Append(Span<byte> destination, ref int length, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination[length..]);
        length += bytes.Length;
    }

    private static void AppendHex(Span<byte> destination, ref int length, ReadOnlySpan<byte> prefix, int value, int digits)
    {
        Append(destination, ref length, prefix);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        {
            destination[length++] = "0123456789abcdef"u8[(value >> shift) & 0xF];
        }
    }
}
