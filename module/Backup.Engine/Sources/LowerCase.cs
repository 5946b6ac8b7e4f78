using System.Buffers;
using System.Text;

namespace Backup.Engine.Sources;

/// <summary>Names in lower case, to compare them without regard to it.</summary>
/// <remarks>Letter by letter, as Go's <c>strings.ToLower</c>: no language's rules, bytes that are not UTF-8 become U+FFFD.</remarks>
internal static class LowerCase
{
    /// <summary>The name in lower case: the same bytes if it is that.</summary>
    /// <param name="name">A name or path.</param>
    /// <param name="scratch">Room for the result, which is allocated where three times the name is more than that.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> name, Span<byte> scratch)
    {
        bool isAscii = Ascii.IsValid(name);
        if (isAscii && !name.ContainsAnyInRange((byte)'A', (byte)'Z'))
        {
            return name;
        }

        // U+FFFD for a single byte is the most that one can grow to.
        Span<byte> lower = scratch.Length >= name.Length * 3 ? scratch : new byte[name.Length * 3];
        if (isAscii)
        {
            Ascii.ToLower(name, lower, out int written);
            return lower[..written];
        }

        int length = 0;
        while (!name.IsEmpty)
        {
            bool isValid = Rune.DecodeFromUtf8(name, out Rune rune, out int consumed) == OperationStatus.Done;
            length += Lower(rune).EncodeToUtf8(lower[length..]);
            name = name[(isValid ? consumed : 1)..];
        }

        return lower[..length];
    }

    private static Rune Lower(Rune rune) =>
        rune.Value == 0x130 ? new Rune('i') : Rune.ToLowerInvariant(rune); // .NET leaves the dotted capital I alone
}
