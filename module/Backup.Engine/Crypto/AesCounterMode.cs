using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Backup.Engine.Crypto;

/// <summary>
/// AES in counter mode: encrypting and decrypting are the same. The counter is the whole 16-byte IV as one big-endian
/// number. Not thread-safe; reusable, without allocating.
/// </summary>
/// <remarks>
/// The key stream comes from the platform's AES, a batch of counters at a time, which already runs on the processor's AES
/// instructions; only counting and XOR are done here.
/// </remarks>
internal sealed class AesCounterMode : IDisposable
{
    // Counters and key stream together stay in the first-level cache beside the data.
    private const int BatchLength = 8 * 1024;

    private readonly AesBlocks _blocks;
    private readonly byte[] _counters = new byte[BatchLength];
    private readonly byte[] _keyStream = GC.AllocateArray<byte>(BatchLength, pinned: true);
    private UInt128 _counter;

    /// <summary>Takes an AES key of 16 or 32 bytes.</summary>
    public AesCounterMode(ReadOnlySpan<byte> key)
    {
        _blocks = new AesBlocks(key);
    }

    /// <summary>Starts a new stream at an IV.</summary>
    public void Start(ReadOnlySpan<byte> iv) => _counter = BinaryPrimitives.ReadUInt128BigEndian(iv);

    /// <summary>Encrypts or decrypts the next bytes of the stream; all calls but the last take whole blocks.</summary>
    /// <param name="source">The bytes to change.</param>
    /// <param name="destination">As long as <paramref name="source"/>: the same memory, or memory apart from it.</param>
    public void Transform(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, source.Length);
        while (!source.IsEmpty)
        {
            int length = Math.Min(source.Length, BatchLength);
            int blocks = (length + AesBlocks.BlockLength - 1) / AesBlocks.BlockLength;
            FillCounters(MemoryMarshal.Cast<byte, ulong>(_counters.AsSpan(0, blocks * AesBlocks.BlockLength)));
            _blocks.Encrypt(_counters, blocks * AesBlocks.BlockLength, _keyStream);
            Xor(source[..length], _keyStream.AsSpan(0, length), destination[..length]);
            source = source[length..];
            destination = destination[length..];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks.Dispose();
        CryptographicOperations.ZeroMemory(_keyStream);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Xor(ReadOnlySpan<byte> source, ReadOnlySpan<byte> keyStream, Span<byte> destination)
    {
        while (source.Length >= Vector<byte>.Count)
        {
            (new Vector<byte>(source) ^ new Vector<byte>(keyStream)).CopyTo(destination);
            source = source[Vector<byte>.Count..];
            keyStream = keyStream[Vector<byte>.Count..];
            destination = destination[Vector<byte>.Count..];
        }

        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = (byte)(source[i] ^ keyStream[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillCounters(Span<ulong> words)
    {
        ulong high = (ulong)(_counter >> 64);
        ulong low = (ulong)_counter;
        _counter += (uint)words.Length / 2;
        for (int i = 0; i + 1 < words.Length; i += 2)
        {
            words[i] = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(high) : high;
            words[i + 1] = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(low) : low;
            low++;
            high += low == 0 ? 1UL : 0;
        }
    }
}
