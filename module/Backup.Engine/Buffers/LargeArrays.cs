using System.Collections.Concurrent;
using System.Numerics;

namespace Backup.Engine.Buffers;

/// <summary>
/// The arrays behind large buffers. The shared array pool keeps some for each thread and each size, which for arrays
/// of many megabytes comes to hundreds of megabytes; here they are all in one place, and can be let go.
/// </summary>
/// <remarks>
/// Of those that nobody uses, most are kept without memory behind them: cold. Getting the memory anew when one is used
/// costs far less than what fills it. Packs are always cold, since most of them are rented to be only half full.
/// </remarks>
internal static class LargeArrays
{
    /// <summary>Longer arrays come from here.</summary>
    public const int Threshold = 256 * 1024;

    private const int MaxKeptPerSize = 16;
    private const int MaxKeptLength = 64 * 1024 * 1024;
    private const int MaxWarmLength = 8 * 1024 * 1024;
    private const long MaxWarmBytes = 32 * 1024 * 1024;

    private static readonly ConcurrentStack<byte[]>[] Warm = NewStacks();
    private static readonly ConcurrentStack<byte[]>[] Cold = NewStacks();
    private static long WarmBytes;

    /// <summary>An array of at least <paramref name="length"/> bytes of undefined content.</summary>
    public static byte[] Rent(int length)
    {
        if (length > MaxKeptLength)
        {
            return GC.AllocateUninitializedArray<byte>(length);
        }

        int size = (int)BitOperations.RoundUpToPowerOf2((uint)length);
        int index = BitOperations.Log2((uint)size);
        if (Warm[index].TryPop(out byte[]? array))
        {
            Interlocked.Add(ref WarmBytes, -size);
            return array;
        }

        return Cold[index].TryPop(out array) ? array : GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>Takes an array back.</summary>
    public static void Return(byte[] array)
    {
        if (array.Length > MaxKeptLength)
        {
            return;
        }

        int index = BitOperations.Log2((uint)array.Length);
        if (array.Length <= MaxWarmLength && Interlocked.Add(ref WarmBytes, array.Length) <= MaxWarmBytes)
        {
            Warm[index].Push(array);
            return;
        }

        if (array.Length <= MaxWarmLength)
        {
            Interlocked.Add(ref WarmBytes, -array.Length);
        }

        if (Cold[index].Count < MaxKeptPerSize)
        {
            MemoryPages.Release(array);
            Cold[index].Push(array);
        }
    }

    /// <summary>Lets all arrays go that nobody uses: when a repository is closed.</summary>
    public static void Trim()
    {
        for (int i = 0; i < Warm.Length; i++)
        {
            Cold[i].Clear();
            while (Warm[i].TryPop(out byte[]? array))
            {
                Interlocked.Add(ref WarmBytes, -array.Length);
            }
        }
    }

    private static ConcurrentStack<byte[]>[] NewStacks() =>
        [.. Enumerable.Range(0, 32).Select(_ => new ConcurrentStack<byte[]>())];
}
