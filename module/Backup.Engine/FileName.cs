using System.Buffers;
using System.Text;

namespace Backup.Engine;

/// <summary>
/// Turns file names, which are bytes, into strings and back without loss. Bytes that are not UTF-8 become lone low
/// surrogates U+DC80 … U+DCFF, which valid text never contains (the scheme of Python's «surrogateescape»).
/// </summary>
public static class FileName
{
    /// <summary>Orders names by their bytes, which is the order of entries in a tree.</summary>
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(Compare);

    /// <summary>The string for these bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed) == OperationStatus.Done)
            {
                text.Append(rune);
            }
            else
            {
                for (int i = 0; i < consumed; i++)
                {
                    text.Append((char)(0xDC00 | bytes[i]));
                }
            }

            bytes = bytes[consumed..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a decoded name. A lone surrogate that stands for no byte becomes U+FFFD.</summary>
    public static byte[] Encode(ReadOnlySpan<char> name)
    {
        byte[] bytes = new byte[MaxEncodedLength(name.Length)];
        int length = Encode(name, bytes);
        return bytes.AsSpan(0, length).ToArray();
    }

    /// <summary>Writes the bytes of a decoded name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="destination">At least <see cref="MaxEncodedLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(ReadOnlySpan<char> name, Span<byte> destination)
    {
        if (System.Text.Unicode.Utf8.FromUtf16(name, destination, out _, out int written, replaceInvalidSequences: false)
            == OperationStatus.Done)
        {
            return written;
        }

        int length = 0;
        while (!name.IsEmpty)
        {
            if (name[0] is >= '\uDC80' and <= '\uDCFF')
            {
                destination[length++] = (byte)name[0];
                name = name[1..];
                continue;
            }

            Rune.DecodeFromUtf16(name, out Rune rune, out int consumed); // a stray surrogate yields U+FFFD
            length += rune.EncodeToUtf8(destination[length..]);
            name = name[consumed..];
        }

        return length;
    }

    /// <summary>An upper bound for the bytes of a name of so many characters.</summary>
    public static int MaxEncodedLength(int characters) => checked(characters * 3);

    /// <summary>Compares two names by their bytes.</summary>
    public static int Compare(string? left, string? right)
    {
        ReadOnlySpan<char> a = left;
        ReadOnlySpan<char> b = right;
        int same = a.CommonPrefixLength(b);
        if (same == a.Length || same == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        // UTF-16 units order like UTF-8 bytes, surrogates aside.
        return char.IsSurrogate(a[same]) || char.IsSurrogate(b[same])
            ? Encode(a).AsSpan().SequenceCompareTo(Encode(b))
            : a[same].CompareTo(b[same]);
    }
}
