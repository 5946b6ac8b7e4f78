using System.Collections.Concurrent;
using System.Numerics;

namespace Backup.Engine.Buffers;

/// <summary>
/// The arrays behind large buffers. The shared array pool keeps some for each thread and each size, which for arrays
/// of many megabytes comes to hundreds of megabytes; here they are all in one place, and can be let go.
/// </summary>
internal static class LargeArrays
{
    /// <summary>Longer arrays come from here.</summary>
    public const int Threshold = 256 * 1024;

    private const int MaxKeptPerSize = 16;
    private const int MaxKeptLength = 64 * 1024 * 1024;

    private static readonly ConcurrentStack<byte[]>[] Free = [.. Enumerable.Range(0, 32).Select(_ => new ConcurrentStack<byte[]>())];

    /// <summary>An array of at least <paramref name="length"/> bytes of undefined content.</summary>
    public static byte[] Rent(int length)
    {
        if (length > MaxKeptLength)
        {
            return GC.AllocateUninitializedArray<byte>(length);
        }

        int size = (int)BitOperations.RoundUpToPowerOf2((uint)length);
        return Free[BitOperations.Log2((uint)size)].TryPop(out byte[]? array)
            ? array
            : GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>Takes an array back.</summary>
    public static void Return(byte[] array)
    {
        if (array.Length <= MaxKeptLength)
        {
            ConcurrentStack<byte[]> kept = Free[BitOperations.Log2((uint)array.Length)];
            if (kept.Count < MaxKeptPerSize)
            {
                kept.Push(array);
            }
        }
    }

    /// <summary>Lets all arrays go that nobody uses: when a repository is closed.</summary>
    public static void Trim()
    {
        foreach (ConcurrentStack<byte[]> kept in Free)
        {
            kept.Clear();
        }
    }
}
