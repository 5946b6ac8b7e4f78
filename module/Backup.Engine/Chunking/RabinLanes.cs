using System.Numerics;
using System.Runtime.CompilerServices;

namespace Backup.Engine.Chunking;

/// <summary>
/// Fingerprints many stretches of the bytes at once, one in each lane of a vector. Everything a fingerprint needs is looked
/// up by half a byte, which one shuffle does for all lanes.
/// </summary>
/// <remarks>
/// A digest of 53 bits is kept in seven vectors, one for each of its bytes, shifted left by three so that its top eight bits
/// are the last vector. Appending a byte is then a renaming of vectors, and 28 shuffles: two halves of two bytes (the one
/// that overflows at the top, the one that leaves the window) for seven vectors.
/// </remarks>
internal static unsafe class RabinLanes
{
    /// <summary>The digest's bytes.</summary>
    public const int DigestLength = 7;

    /// <summary>By how much the digest is shifted to the left.</summary>
    public const int DigestShift = 3;

    /// <summary>A table of all half bytes, repeated for 32 lanes.</summary>
    public const int TableLength = 32;

    // The tables for a byte of the digest: what overflows by low and high half, what leaves by low and high half.
    public const int TablesPerByte = 4;

    // Bytes that are transposed together.
    private const int GroupLength = 16;

    // Bytes of a lane that are taken together: the ones that leave the window are those of the block before.
    private const int BlockLength = Chunker.WindowLength;

    // An odd number of cache lines, lest all lanes fall into the same few sets of the cache.
    private const int MaxLaneLength = 33 * BlockLength;
    private const int MinLaneLength = 2 * BlockLength;

    /// <summary>Whether the processor has lanes, and they are for this polynomial.</summary>
    public static bool CanScan(RabinTables tables) =>
        tables.Lanes is not null && (LaneVector32.IsSupported || LaneVector16.IsSupported);

    /// <summary>Looks for the first cut behind the first window.</summary>
    /// <param name="tables">The repository's tables.</param>
    /// <param name="bytes">The bytes of the first window and more.</param>
    /// <param name="looked">Up to how many bytes there is no cut, if none was found: a few are left for the caller.</param>
    /// <returns>How many bytes are before the cut, more than a window, or -1.</returns>
    public static int FindCut(RabinTables tables, ReadOnlySpan<byte> bytes, out int looked) =>
        LaneVector32.IsSupported
            ? FindCut<LaneVector32>(tables, bytes, out looked)
            : FindCut<LaneVector16>(tables, bytes, out looked);

    /// <summary>The same with a given number of lanes.</summary>
    public static int FindCut<T>(RabinTables tables, ReadOnlySpan<byte> bytes, out int looked)
        where T : unmanaged, ILaneVector<T>
    {
        looked = Chunker.WindowLength;
        fixed (byte* start = bytes)
        {
            while (true)
            {
                int laneLength = (bytes.Length - looked) / T.Count / BlockLength * BlockLength;
                if (laneLength < MinLaneLength)
                {
                    return -1;
                }

                laneLength = Math.Min(laneLength, MaxLaneLength);
                int cut = FindCutInTile<T>(tables.Lanes, start + looked, laneLength);
                if (cut >= 0)
                {
                    return looked + cut;
                }

                looked += T.Count * laneLength;
            }
        }
    }

    /// <summary>Looks at one stretch of the same length for each lane, side by side.</summary>
    /// <param name="tables">The 28 tables.</param>
    /// <param name="tile">The stretches; a window's bytes are in front of them.</param>
    /// <param name="laneLength">A multiple of a block's length.</param>
    [SkipLocalsInit]
    private static int FindCutInTile<T>(byte* tables, byte* tile, int laneLength)
        where T : unmanaged, ILaneVector<T>
    {
        // The bytes of all lanes side by side: the block before and the one that is taken.
        int blockSize = BlockLength * T.Count;
        byte* room = stackalloc byte[((2 * BlockLength) + DigestLength + 1) * TableLength];
        byte* leaving = (byte*)(((nuint)room + TableLength - 1) & ~((nuint)TableLength - 1));
        byte* entering = leaving + blockSize;
        T* digest = (T*)(entering + blockSize);
        new Span<byte>(leaving, blockSize).Clear();
        new Span<T>(digest, DigestLength).Clear();

        // A window in front fills the digests; what they say before they are full means nothing.
        Transpose<T>(tile - BlockLength, laneLength, entering);
        for (int step = 0; step < BlockLength; step++)
        {
            step += Append(tables, digest, entering + (step * T.Count), leaving + (step * T.Count), BlockLength - step, out _);
        }

        int bestLane = T.Count;
        int bestStep = 0;
        for (int block = 0; block < laneLength; block += BlockLength)
        {
            byte* before = entering;
            entering = leaving;
            leaving = before;
            Transpose<T>(tile + block, laneLength, entering);
            for (int step = 0; step < BlockLength; step++)
            {
                step += Append(
                    tables, digest, entering + (step * T.Count), leaving + (step * T.Count), BlockLength - step, out uint cuts);
                int lane = BitOperations.TrailingZeroCount(cuts);
                if (lane < bestLane)
                {
                    (bestLane, bestStep) = (lane, block + step);
                }
            }

            // Nothing comes before the first lane.
            if (bestLane == 0)
            {
                break;
            }
        }

        return bestLane == T.Count ? -1 : (bestLane * laneLength) + bestStep + 1;
    }

    /// <summary>Appends bytes to the digests until there is a cut in some lane.</summary>
    /// <returns>How many steps there were before the last one.</returns>
    /// <remarks>
    /// Calls nothing, so that what it works with stays in registers. Compiled for speed at once, as everything that works on all
    /// bytes here and in the cryptography is: a first, slow compilation would last for most of a short run.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Append<T>(byte* tables, T* digest, byte* entering, byte* leaving, int steps, out uint cuts)
        where T : unmanaged, ILaneVector<T>
    {
        T low = T.Create(0x0F);
        T top = digest[6];
        int step = 0;
        while (true)
        {
            T outByte = T.Load(leaving);
            T top0 = top & low;
            T top1 = T.ShiftPairsRight(top, 4) & low;
            T out0 = outByte & low;
            T out1 = T.ShiftPairsRight(outByte, 4) & low;

            // From memory to memory, but for the byte that the next step waits for: all seven don't fit into registers.
            top = digest[5] ^ LookUp(tables, 6, top0, top1, out0, out1);
            digest[5] = digest[4] ^ LookUp(tables, 5, top0, top1, out0, out1);
            digest[4] = digest[3] ^ LookUp(tables, 4, top0, top1, out0, out1);
            digest[3] = digest[2] ^ LookUp(tables, 3, top0, top1, out0, out1);
            T d2 = digest[1] ^ LookUp(tables, 2, top0, top1, out0, out1);
            digest[2] = d2;
            T inByte = T.Load(entering);
            T d1 = digest[0] ^ LookUp(tables, 1, top0, top1, out0, out1)
                ^ (T.ShiftPairsRight(inByte, 8 - DigestShift) & T.Create((1 << DigestShift) - 1));
            digest[1] = d1;
            T d0 = LookUp(tables, 0, top0, top1, out0, out1)
                ^ (T.ShiftPairsLeft(inByte, DigestShift) & T.Create(0xFF & (0xFF << DigestShift)));
            digest[0] = d0;

            // The low twenty bits, which here begin at the fourth.
            uint zeros = (d0 | d1 | (d2 & T.Create((1 << (Chunker.AverageBits + DigestShift - 16)) - 1))).ZeroLanes();
            if (zeros != 0 || step == steps - 1)
            {
                digest[6] = top;
                cuts = zeros;
                return step;
            }

            step++;
            entering += T.Count;
            leaving += T.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T LookUp<T>(byte* tables, int digestByte, T top0, T top1, T out0, T out1)
        where T : unmanaged, ILaneVector<T>
    {
        byte* table = tables + (digestByte * TablesPerByte * TableLength);
        return T.LookUp(T.Load(table), top0)
            ^ T.LookUp(T.Load(table + TableLength), top1)
            ^ T.LookUp(T.Load(table + (2 * TableLength)), out0)
            ^ T.LookUp(T.Load(table + (3 * TableLength)), out1);
    }

    /// <summary>Turns a block of each lane into one vector for each byte of it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose<T>(byte* source, nint laneLength, byte* destination)
        where T : unmanaged, ILaneVector<T>
    {
        // Interleaving the first half with the second, four times over, is a transposition of sixteen by sixteen.
        byte* scratch = stackalloc byte[GroupLength * TableLength];
        nint distance = GroupLength * laneLength;
        for (int group = 0; group < BlockLength / GroupLength; group++)
        {
            for (int i = 0; i < GroupLength / 2; i++)
            {
                byte* row = source + (i * laneLength);
                T first = T.LoadRow(row, distance);
                T second = T.LoadRow(row + (GroupLength / 2 * laneLength), distance);
                Interleave(first, second, scratch + (2 * i * T.Count));
            }

            InterleaveHalves<T>(scratch, destination);
            InterleaveHalves<T>(destination, scratch);
            InterleaveHalves<T>(scratch, destination);
            source += GroupLength;
            destination += GroupLength * T.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InterleaveHalves<T>(byte* source, byte* destination)
        where T : unmanaged, ILaneVector<T>
    {
        for (int i = 0; i < GroupLength / 2; i++)
        {
            T first = T.Load(source + (i * T.Count));
            T second = T.Load(source + ((i + (GroupLength / 2)) * T.Count));
            Interleave(first, second, destination + (2 * i * T.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave<T>(T first, T second, byte* destination)
        where T : unmanaged, ILaneVector<T>
    {
        T.ZipLow(first, second).Store(destination);
        T.ZipHigh(first, second).Store(destination + T.Count);
    }
}
