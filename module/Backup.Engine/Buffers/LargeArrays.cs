using System.Collections.Concurrent;
using System.Numerics;

namespace Backup.Engine.Buffers;

/// <summary>
/// The arrays behind large buffers. The shared array pool keeps some for each thread and each size, which for arrays
/// of many megabytes comes to hundreds of megabytes; here they are all in one place, and can be let go.
/// </summary>
/// <remarks>
/// Of those that nobody uses, most are kept without memory behind them: cold. Getting the memory anew when one is used
/// costs far less than what fills it. Packs are always cold, since most of them are rented to be only half full. The runtime
/// counts them all the same, so where it may have little, few are kept, and all are let go before memory runs out.
/// </remarks>
internal static class LargeArrays
{
    /// <summary>Longer arrays come from here.</summary>
    public const int Threshold = 256 * 1024;

    private const int MaxKeptPerSize = 16;
    private const int MaxKeptLength = 64 * 1024 * 1024;
    private const int MaxWarmLength = 8 * 1024 * 1024;

    /// <summary>A chunk of 8 MiB with what compression and sealing may add.</summary>
    private const int SealedChunkLength = 9 * 1024 * 1024;

    /// <summary>Arrays that are longer still have a multiple of this; those of at most 8 MiB a power of two.</summary>
    private const int Step = 4 * 1024 * 1024;

    private static readonly long Available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    private static readonly long MaxWarmBytes = Math.Min(32 * 1024 * 1024, Available / 16);
    private static readonly long MaxColdBytes = Available / 4;
    private static readonly ConcurrentStack<byte[]>[] Warm = NewStacks();
    private static readonly ConcurrentStack<byte[]>[] Cold = NewStacks();
    private static long WarmBytes;
    private static long ColdBytes;

    /// <summary>An array of at least <paramref name="length"/> bytes of undefined content.</summary>
    public static byte[] Rent(int length)
    {
        if (length > MaxKeptLength)
        {
            return Allocate(length);
        }

        int size = length switch
        {
            <= MaxWarmLength => (int)BitOperations.RoundUpToPowerOf2((uint)length),
            <= SealedChunkLength => SealedChunkLength,
            _ => (length + Step - 1) / Step * Step,
        };
        int index = IndexOf(size);
        if (Warm[index].TryPop(out byte[]? array))
        {
            Interlocked.Add(ref WarmBytes, -size);
            return array;
        }

        if (Cold[index].TryPop(out array))
        {
            Interlocked.Add(ref ColdBytes, -size);
            return array;
        }

        return Allocate(size);
    }

    /// <summary>Takes an array back.</summary>
    public static void Return(byte[] array)
    {
        if (array.Length > MaxKeptLength)
        {
            return;
        }

        int index = IndexOf(array.Length);
        if (array.Length <= MaxWarmLength && Interlocked.Add(ref WarmBytes, array.Length) <= MaxWarmBytes)
        {
            Warm[index].Push(array);
            return;
        }

        if (array.Length <= MaxWarmLength)
        {
            Interlocked.Add(ref WarmBytes, -array.Length);
        }

        if (Cold[index].Count >= MaxKeptPerSize)
        {
            return;
        }

        if (Interlocked.Add(ref ColdBytes, array.Length) > MaxColdBytes)
        {
            Interlocked.Add(ref ColdBytes, -array.Length);
            return;
        }

        MemoryPages.Release(array);
        Cold[index].Push(array);
    }

    /// <summary>Lets all arrays go that nobody uses: when a repository is closed.</summary>
    public static void Trim()
    {
        for (int i = 0; i < Warm.Length; i++)
        {
            while (Cold[i].TryPop(out byte[]? cold))
            {
                Interlocked.Add(ref ColdBytes, -cold.Length);
            }

            while (Warm[i].TryPop(out byte[]? array))
            {
                Interlocked.Add(ref WarmBytes, -array.Length);
            }
        }
    }

    private static byte[] Allocate(int length)
    {
        try
        {
            return GC.AllocateUninitializedArray<byte>(length);
        }
        catch (OutOfMemoryException)
        {
            Trim(); // what nobody uses may be all that is missing
            return GC.AllocateUninitializedArray<byte>(length);
        }
    }

    /// <summary>Which stack has the arrays of a length that is given out.</summary>
    private static int IndexOf(int size) => size > MaxWarmLength ? 32 + (size / Step) : BitOperations.Log2((uint)size);

    private static ConcurrentStack<byte[]>[] NewStacks() =>
        [.. Enumerable.Range(0, 33 + (MaxKeptLength / Step)).Select(_ => new ConcurrentStack<byte[]>())];
}
