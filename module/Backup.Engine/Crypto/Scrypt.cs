using System.Numerics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Backup.Engine.Crypto;

/// <summary>Stretches a password to keys, at a price in time and memory that its guesser pays, too.</summary>
/// <remarks>RFC 7914.</remarks>
internal static class Scrypt
{
    /// <summary>What all lanes together may take at a time.</summary>
    public const long MaxMemoryInBytes = 1L << 30;

    // Bounds the time that hostile parameters can cost to about half a minute. restic's own key files ask for less than 1 GiB.
    private const long MaxWorkInBytes = 16L << 30;

    // The lanes before they are mixed.
    private const long MaxLanesInBytes = 64L << 20;

    /// <summary>Derives a key.</summary>
    /// <param name="password">The password's UTF-8 bytes.</param>
    /// <param name="salt">The key file's salt.</param>
    /// <param name="n">Cost: a power of two, at least 2.</param>
    /// <param name="r">Block size, in units of 128 bytes.</param>
    /// <param name="p">Independent lanes; they run in parallel as far as memory and processors allow.</param>
    /// <param name="destination">Filled with the derived key.</param>
    /// <exception cref="RepositoryDamagedException">The parameters are senseless or would cost too much.</exception>
    public static void DeriveKey(
        ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, Span<byte> destination)
    {
        RequireSane(n, r, p);
        int blockLength = 128 * r;
        byte[] lanes = GC.AllocateUninitializedArray<byte>(p * blockLength, pinned: true);
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(password, salt, lanes, 1, HashAlgorithmName.SHA256);
            long parallel = Math.Min(Environment.ProcessorCount, MaxMemoryInBytes / ((long)n / 2 * blockLength));
            Parallel.For(
                0,
                p,
                new ParallelOptions { MaxDegreeOfParallelism = (int)parallel },
                lane => MixLane(lanes.AsSpan(lane * blockLength, blockLength), n, r));
            Rfc2898DeriveBytes.Pbkdf2(password, lanes, destination, 1, HashAlgorithmName.SHA256);
        }
        catch (AggregateException exception) when (exception.InnerException is { } first)
        {
            // The lanes' loop wraps what a lane throws, such as that there is no memory.
            ExceptionDispatchInfo.Throw(first);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(lanes);
        }
    }

    private static void RequireSane(int n, int r, int p)
    {
        string? fault = null;
        if (n < 2 || !BitOperations.IsPow2(n))
        {
            fault = "N must be a power of two, at least 2";
        }
        else if (r < 1 || p < 1)
        {
            fault = "r and p must be at least 1";
        }
        else if (128L * n * r > MaxMemoryInBytes)
        {
            fault = $"they ask for {128L * n * r / (1 << 20):N0} MiB of memory, the limit is {MaxMemoryInBytes >> 20:N0} MiB";
        }
        else if (128L * n * r > MaxWorkInBytes / p || 128L * r > MaxLanesInBytes / p)
        {
            fault = "they ask for too much work";
        }

        if (fault is not null)
        {
            throw new RepositoryDamagedException(
                $"The scrypt parameters N={n}, r={r}, p={p} are not usable: {fault}. "
                + "The key file is damaged or hostile; use another key, or restore the file from a copy of the repository.");
        }
    }

    private static unsafe void MixLane(Span<byte> lane, int n, int r)
    {
        nuint blockLength = (nuint)lane.Length;
        nuint memoryLength = (nuint)(n / 2) * blockLength;

        // Outside of the managed heap: large, short-lived, and nobody may move it or keep copies of it. The lane itself and
        // room for its next states come first.
        nuint length = memoryLength + (3 * blockLength);
        byte* block = (byte*)NativeMemory.AlignedAlloc(length, 64);
        try
        {
            var current = new Span<byte>(block, lane.Length);
            lane.CopyTo(current);
            ScryptMixer.Mix(block, block + blockLength, block + (3 * blockLength), n, r);
            current.CopyTo(lane);
        }
        finally
        {
            Clear(block, length);
            NativeMemory.AlignedFree(block);
        }
    }

    private static unsafe void Clear(byte* memory, nuint length)
    {
        const nuint Step = 1 << 30;
        for (nuint offset = 0; offset < length; offset += Step)
        {
            CryptographicOperations.ZeroMemory(new Span<byte>(memory + offset, (int)Math.Min(Step, length - offset)));
        }
    }
}
