using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Backup.Engine.Crypto;

/// <summary>The memory-hard inner part of <see cref="Scrypt"/>, on 128-bit vectors.</summary>
/// <remarks>
/// RFC 7914 §4 and §5. Each 64-byte block is kept with its words in diagonal order, the order in which Salsa20 works on
/// four columns or rows at once; it is undone at the end. The order doesn't matter to copying and XOR. Only every other
/// state is kept, and the next one computed again where it is asked for: half the memory, which fits into the caches, for
/// a quarter more work.
/// </remarks>
internal static unsafe class ScryptMixer
{
    private const int WordsPerBlock = 16;

    /// <summary>Mixes one lane in place.</summary>
    /// <param name="block">128 * r bytes: what is mixed, aligned to 64.</param>
    /// <param name="scratch">Twice as many again.</param>
    /// <param name="memory">Half of n times as many.</param>
    /// <param name="n">Cost, a power of two.</param>
    /// <param name="r">Block size, in units of 128 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mix(byte* block, byte* scratch, byte* memory, int n, int r)
    {
        long length = 128L * r;
        ToDiagonal((uint*)block, 2 * r);
        byte* other = scratch + length;
        Copy(memory, block, length);
        for (int i = 1; i < n / 2; i++)
        {
            MixBlocks(memory + ((i - 1) * length), null, other, r);
            MixBlocks(other, null, memory + (i * length), r);
        }

        // The states take turns in the two places; after n steps, an even number, the last one is in the first.
        MixBlocks(memory + (((n / 2) - 1) * length), null, other, r);
        MixBlocks(other, null, block, r);
        byte* current = block;
        byte* next = scratch;
        for (int i = 0; i < n; i++)
        {
            // The first word of the last 64 bytes; diagonal order leaves it in its place.
            uint word = *(uint*)(current + length - 64) & (uint)(n - 1);
            byte* kept = memory + ((word / 2) * length);
            if ((word & 1) != 0)
            {
                MixBlocks(kept, null, other, r);
                kept = other;
            }

            MixBlocks(current, kept, next, r);
            byte* before = current;
            current = next;
            next = before;
        }

        FromDiagonal((uint*)block, 2 * r);
    }

    /// <summary>One BlockMix over <paramref name="source"/>, XORed with <paramref name="other"/> first if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MixBlocks(byte* source, byte* other, byte* target, int r)
    {
        long last = (128L * r) - 64;
        Vector128<uint> x0 = default;
        Vector128<uint> x1 = default;
        Vector128<uint> x2 = default;
        Vector128<uint> x3 = default;
        XorBlock(source + last, other is null ? null : other + last, ref x0, ref x1, ref x2, ref x3);
        for (int i = 0; i < 2 * r; i++)
        {
            long offset = 64L * i;
            XorBlock(source + offset, other is null ? null : other + offset, ref x0, ref x1, ref x2, ref x3);
            Salsa(ref x0, ref x1, ref x2, ref x3);

            // Even blocks go to the front half, odd ones to the back half.
            uint* place = (uint*)(target + (64L * ((i / 2) + ((i & 1) * r))));
            x0.StoreAligned(place);
            x1.StoreAligned(place + 4);
            x2.StoreAligned(place + 8);
            x3.StoreAligned(place + 12);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void XorBlock(
        byte* source, byte* other, ref Vector128<uint> x0, ref Vector128<uint> x1, ref Vector128<uint> x2, ref Vector128<uint> x3)
    {
        uint* words = (uint*)source;
        x0 ^= Vector128.LoadAligned(words);
        x1 ^= Vector128.LoadAligned(words + 4);
        x2 ^= Vector128.LoadAligned(words + 8);
        x3 ^= Vector128.LoadAligned(words + 12);
        if (other is not null)
        {
            words = (uint*)other;
            x0 ^= Vector128.LoadAligned(words);
            x1 ^= Vector128.LoadAligned(words + 4);
            x2 ^= Vector128.LoadAligned(words + 8);
            x3 ^= Vector128.LoadAligned(words + 12);
        }
    }

    /// <summary>Salsa20/8: four double rounds, then the input is added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Salsa(
        ref Vector128<uint> x0, ref Vector128<uint> x1, ref Vector128<uint> x2, ref Vector128<uint> x3)
    {
        Vector128<uint> a = x0;
        Vector128<uint> b = x1;
        Vector128<uint> c = x2;
        Vector128<uint> d = x3;
        for (int i = 0; i < 4; i++)
        {
            b ^= Rotate(a + d, 7);
            c ^= Rotate(b + a, 9);
            d ^= Rotate(c + b, 13);
            a ^= Rotate(d + c, 18);
            b = Vector128.Shuffle(b, Vector128.Create(3u, 0, 1, 2));
            c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
            d = Vector128.Shuffle(d, Vector128.Create(1u, 2, 3, 0));

            d ^= Rotate(a + b, 7);
            c ^= Rotate(d + a, 9);
            b ^= Rotate(c + d, 13);
            a ^= Rotate(b + c, 18);
            b = Vector128.Shuffle(b, Vector128.Create(1u, 2, 3, 0));
            c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
            d = Vector128.Shuffle(d, Vector128.Create(3u, 0, 1, 2));
        }

        x0 += a;
        x1 += b;
        x2 += c;
        x3 += d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> value, [ConstantExpected] byte count) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateLeft(value, count)
            : (value << count) | (value >>> (32 - count));

    private static void Copy(byte* target, byte* source, long length) =>
        Buffer.MemoryCopy(source, target, length, length);

    private static void ToDiagonal(uint* words, int blocks)
    {
        uint* ordered = stackalloc uint[WordsPerBlock];
        for (; blocks > 0; blocks--, words += WordsPerBlock)
        {
            for (int i = 0; i < WordsPerBlock; i++)
            {
                uint word = words[Diagonal(i)];
                ordered[i] = BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
            }

            Copy((byte*)words, (byte*)ordered, 64);
        }

        new Span<uint>(ordered, WordsPerBlock).Clear();
    }

    private static void FromDiagonal(uint* words, int blocks)
    {
        uint* ordered = stackalloc uint[WordsPerBlock];
        for (; blocks > 0; blocks--, words += WordsPerBlock)
        {
            for (int i = 0; i < WordsPerBlock; i++)
            {
                uint word = words[i];
                ordered[Diagonal(i)] = BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
            }

            Copy((byte*)words, (byte*)ordered, 64);
        }

        new Span<uint>(ordered, WordsPerBlock).Clear();
    }

    // Vectors: (0 5 10 15) (4 9 14 3) (8 13 2 7) (12 1 6 11).
    private static int Diagonal(int index) => ((index & 3) * 5 + (index / 4 * 4)) & 15;
}
