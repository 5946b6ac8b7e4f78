using System.Runtime.CompilerServices;
using Backup.Engine.Chunking;

namespace Backup.Engine.Tests.Chunking;

/// <summary>
/// Cut points by definition: a chunk ends at the first place, not before the minimum, where the last 64 bytes as one
/// polynomial leave a remainder that ends in twenty zero bits; at the maximum in any case.
/// </summary>
internal static class NaiveChunker
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static List<int> ChunkLengths(ChunkerPolynomial polynomial, ReadOnlySpan<byte> bytes)
    {
        // The bytes of a window, one bit after the other, are divided on paper; x^512 cancels the byte that leaves.
        ulong power = 1;
        for (int i = 0; i < 8 * Chunker.WindowLength; i++)
        {
            power = TimesX(polynomial, power);
        }

        ulong[] shares = new ulong[8];
        for (int bit = 0; bit < 8; bit++, power = TimesX(polynomial, power))
        {
            shares[bit] = power;
        }

        var lengths = new List<int>();
        int start = 0;
        ulong remainder = 0;
        for (int end = 1; end <= bytes.Length; end++)
        {
            byte leaving = end > Chunker.WindowLength ? bytes[end - 1 - Chunker.WindowLength] : (byte)0;
            for (int bit = 7; bit >= 0; bit--)
            {
                remainder = TimesX(polynomial, remainder) ^ ((uint)(bytes[end - 1] >> bit) & 1);
            }

            for (int bit = 0; bit < 8; bit++)
            {
                remainder ^= (((ulong)leaving >> bit) & 1) * shares[bit];
            }

            int length = end - start;
            if ((length >= Chunker.MinLength && (remainder & 0xFFFFF) == 0) || length == Chunker.MaxLength)
            {
                lengths.Add(length);
                start = end;
            }
        }

        if (start < bytes.Length)
        {
            lengths.Add(bytes.Length - start);
        }

        return lengths;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong TimesX(ChunkerPolynomial polynomial, ulong remainder)
    {
        ulong shifted = remainder << 1;
        return (shifted >> polynomial.Degree) == 0 ? shifted : shifted ^ polynomial.Value;
    }
}
