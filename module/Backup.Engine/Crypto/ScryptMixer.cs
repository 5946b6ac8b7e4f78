using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backup.Engine.Crypto;

/// <summary>The memory-hard inner part of <see cref="Scrypt"/>, on 128-bit vectors.</summary>
/// <remarks>
/// RFC 7914 §4 and §5. Each 64-byte block is kept with its words in diagonal order, the order in which Salsa20 works on
/// four columns or rows at once; it is undone at the end. The order doesn't matter to copying and XOR.
/// </remarks>
internal static unsafe class ScryptMixer
{
    private const int WordsPerBlock = 16;

    /// <summary>Mixes one lane in place.</summary>
    /// <param name="block">128 * r bytes: what is mixed, aligned to 64.</param>
    /// <param name="scratch">As many again.</param>
    /// <param name="memory">n times as many.</param>
    /// <param name="n">Cost, a power of two.</param>
    /// <param name="r">Block size, in units of 128 bytes.</param>
    public static void Mix(byte* block, byte* scratch, byte* memory, int n, int r)
    {
        long length = 128L * r;
        ToDiagonal((uint*)block, 2 * r);
        for (int i = 0; i < n; i++)
        {
            Copy(memory + (i * length), block, length);
            MixBlocks(block, scratch, null, r);
        }

        for (int i = 0; i < n; i++)
        {
            // The first word of the last 64 bytes; diagonal order leaves it in its place.
            uint word = *(uint*)(block + length - 64);
            long pick = (word & (uint)(n - 1)) * length;
            MixBlocks(block, scratch, memory + pick, r);
        }

        FromDiagonal((uint*)block, 2 * r);
    }

    /// <summary>One BlockMix over <paramref name="block"/>, XORed with <paramref name="other"/> first if there is one.</summary>
    private static void MixBlocks(byte* block, byte* scratch, byte* other, int r)
    {
        if (other is not null)
        {
            for (long i = 0; i < 128L * r; i += 16)
            {
                (Vector128.LoadAligned(block + i) ^ Vector128.LoadAligned(other + i)).StoreAligned(block + i);
            }
        }

        byte* last = block + (128L * r) - 64;
        Vector128<uint> x0 = Vector128.LoadAligned((uint*)last);
        Vector128<uint> x1 = Vector128.LoadAligned((uint*)last + 4);
        Vector128<uint> x2 = Vector128.LoadAligned((uint*)last + 8);
        Vector128<uint> x3 = Vector128.LoadAligned((uint*)last + 12);
        for (int i = 0; i < 2 * r; i++)
        {
            uint* source = (uint*)(block + (64L * i));
            x0 ^= Vector128.LoadAligned(source);
            x1 ^= Vector128.LoadAligned(source + 4);
            x2 ^= Vector128.LoadAligned(source + 8);
            x3 ^= Vector128.LoadAligned(source + 12);
            Salsa(ref x0, ref x1, ref x2, ref x3);

            // Even blocks go to the front half, odd ones to the back half.
            uint* target = (uint*)(scratch + (64L * ((i / 2) + ((i & 1) * r))));
            x0.StoreAligned(target);
            x1.StoreAligned(target + 4);
            x2.StoreAligned(target + 8);
            x3.StoreAligned(target + 12);
        }

        Copy(block, scratch, 128L * r);
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
    private static Vector128<uint> Rotate(Vector128<uint> value, int count) =>
        (value << count) | (value >>> (32 - count));

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
