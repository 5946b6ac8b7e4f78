using System.Runtime.CompilerServices;

namespace Backup.Engine.Chunking;

/// <summary>Finds places where a Rabin fingerprint of the 64 bytes before them ends in twenty zero bits.</summary>
internal static class RabinScanner
{
    private const ulong SplitMask = (1UL << Chunker.AverageBits) - 1;

    // Fewer bytes are not worth the lanes.
    private const int MinLanesLength = 8 * 1024;

    /// <summary>Looks for the first place to cut.</summary>
    /// <param name="tables">The repository's tables.</param>
    /// <param name="bytes">At least <see cref="Chunker.WindowLength"/> bytes.</param>
    /// <returns>How many bytes are before the cut, at least <see cref="Chunker.WindowLength"/>, or -1.</returns>
    public static int FindCut(RabinTables tables, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinLanesLength || !RabinLanes.CanScan(tables))
        {
            return FindCutByteByByte(tables, bytes);
        }

        if (FindCutByteByByte(tables, bytes[..Chunker.WindowLength]) >= 0)
        {
            return Chunker.WindowLength;
        }

        int cut = RabinLanes.FindCut(tables, bytes, out int looked);
        if (cut < 0)
        {
            int skipped = looked - Chunker.WindowLength;
            cut = FindCutByteByByte(tables, bytes[skipped..]);
            cut = cut < 0 ? cut : cut + skipped;
        }

        return cut;
    }

    /// <summary>The same, one byte after the other: for any processor and polynomial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int FindCutByteByByte(RabinTables tables, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> overflow = tables.Overflow;
        ReadOnlySpan<ulong> leaving = tables.Leaving;
        int shift = tables.Shift;
        ulong digest = 0;
        for (int i = 0; i < Chunker.WindowLength; i++)
        {
            digest = (digest << 8) ^ bytes[i] ^ overflow[(byte)(digest >> shift)];
        }

        if ((digest & SplitMask) == 0)
        {
            return Chunker.WindowLength;
        }

        ReadOnlySpan<byte> old = bytes[..^Chunker.WindowLength];
        for (int i = 0; i < old.Length; i++)
        {
            digest ^= leaving[old[i]];
            digest = (digest << 8) ^ bytes[i + Chunker.WindowLength] ^ overflow[(byte)(digest >> shift)];
            if ((digest & SplitMask) == 0)
            {
                return i + Chunker.WindowLength + 1;
            }
        }

        return -1;
    }
}
