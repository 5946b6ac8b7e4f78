using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Backup.Engine.Crypto;

/// <summary>
/// The inner part of <see cref="Poly1305"/> for four blocks at a time, on processors with AVX2. Each lane has every fourth
/// block and multiplies by the fourth power; at the end each lane is multiplied by what it lags behind, and all are added.
/// </summary>
/// <remarks>
/// Numbers are five limbs of 26 bits, so that products of 32-bit factors can be added up before carrying. The lanes hold the
/// blocks 0, 2, 1, 3 of each four: the order in which they come out of two registers.
/// </remarks>
internal sealed class Poly1305Lanes
{
    /// <summary>Bytes that are taken together.</summary>
    public const int StepLength = 64;

    private const int Limbs = 5;
    private const ulong LimbMask = (1UL << 26) - 1;

    // Five limbs, and five times the last four of them, for what comes back from above 2^130.
    private readonly Vector256<uint>[] _fourth = new Vector256<uint>[(2 * Limbs) - 1];
    private readonly Vector256<uint>[] _last = new Vector256<uint>[(2 * Limbs) - 1];

    /// <summary>Takes the multiplier's first four powers, as limbs.</summary>
    public Poly1305Lanes(ReadOnlySpan<ulong> first, ReadOnlySpan<ulong> second, ReadOnlySpan<ulong> third, ReadOnlySpan<ulong> fourth)
    {
        for (int i = 0; i < Limbs; i++)
        {
            Set(_fourth, i, Vector256.Create(fourth[i]));
            Set(_last, i, Vector256.Create(fourth[i], second[i], third[i], first[i]));
        }
    }

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Adds blocks to a sum.</summary>
    /// <param name="bytes">A multiple of <see cref="StepLength"/>, more than none.</param>
    /// <param name="sum">The sum's five limbs, before and after; after it they may be a little longer than 26 bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddBlocks(ReadOnlySpan<byte> bytes, Span<ulong> sum)
    {
        Vector256<ulong> mask = Vector256.Create(LimbMask);
        Vector256<ulong> h0 = Vector256.CreateScalar(sum[0]);
        Vector256<ulong> h1 = Vector256.CreateScalar(sum[1]);
        Vector256<ulong> h2 = Vector256.CreateScalar(sum[2]);
        Vector256<ulong> h3 = Vector256.CreateScalar(sum[3]);
        Vector256<ulong> h4 = Vector256.CreateScalar(sum[4]);
        ref byte next = ref MemoryMarshal.GetReference(bytes);
        for (int left = bytes.Length; left >= StepLength; left -= StepLength)
        {
            Vector256<ulong> front = Vector256.LoadUnsafe(ref next).AsUInt64();
            Vector256<ulong> back = Vector256.LoadUnsafe(ref next, 32).AsUInt64();
            next = ref Unsafe.Add(ref next, StepLength);
            Vector256<ulong> low = Avx2.UnpackLow(front, back);
            Vector256<ulong> high = Avx2.UnpackHigh(front, back);
            h0 += low & mask;
            h1 += (low >>> 26) & mask;
            h2 += ((low >>> 52) | (high << 12)) & mask;
            h3 += (high >>> 14) & mask;
            h4 += (high >>> 40) | Vector256.Create(1UL << 24);

            // The last four blocks' lanes are as many steps before the end as their place says.
            ref Vector256<uint> factor = ref MemoryMarshal.GetArrayDataReference(left == StepLength ? _last : _fourth);
            Multiply(ref h0, ref h1, ref h2, ref h3, ref h4, ref factor);
        }

        sum[0] = Vector256.Sum(h0);
        sum[1] = Vector256.Sum(h1);
        sum[2] = Vector256.Sum(h2);
        sum[3] = Vector256.Sum(h3);
        sum[4] = Vector256.Sum(h4);
    }

    /// <summary>Forgets the key.</summary>
    public void Clear()
    {
        Array.Clear(_fourth);
        Array.Clear(_last);
    }

    private static void Set(Vector256<uint>[] factor, int limb, Vector256<ulong> value)
    {
        factor[limb] = value.AsUInt32();
        if (limb > 0)
        {
            factor[limb + Limbs - 1] = (value * 5).AsUInt32();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        ref Vector256<ulong> h0,
        ref Vector256<ulong> h1,
        ref Vector256<ulong> h2,
        ref Vector256<ulong> h3,
        ref Vector256<ulong> h4,
        ref Vector256<uint> factor)
    {
        Vector256<uint> a0 = h0.AsUInt32();
        Vector256<uint> a1 = h1.AsUInt32();
        Vector256<uint> a2 = h2.AsUInt32();
        Vector256<uint> a3 = h3.AsUInt32();
        Vector256<uint> a4 = h4.AsUInt32();
        Vector256<uint> r = factor;
        Vector256<ulong> d0 = Avx2.Multiply(a0, r);
        Vector256<ulong> d1 = Avx2.Multiply(a1, r);
        Vector256<ulong> d2 = Avx2.Multiply(a2, r);
        Vector256<ulong> d3 = Avx2.Multiply(a3, r);
        Vector256<ulong> d4 = Avx2.Multiply(a4, r);

        r = Unsafe.Add(ref factor, 1);
        d1 += Avx2.Multiply(a0, r);
        d2 += Avx2.Multiply(a1, r);
        d3 += Avx2.Multiply(a2, r);
        d4 += Avx2.Multiply(a3, r);
        d0 += Avx2.Multiply(a4, Unsafe.Add(ref factor, 5));

        r = Unsafe.Add(ref factor, 2);
        d2 += Avx2.Multiply(a0, r);
        d3 += Avx2.Multiply(a1, r);
        d4 += Avx2.Multiply(a2, r);
        r = Unsafe.Add(ref factor, 6);
        d0 += Avx2.Multiply(a3, r);
        d1 += Avx2.Multiply(a4, r);

        r = Unsafe.Add(ref factor, 3);
        d3 += Avx2.Multiply(a0, r);
        d4 += Avx2.Multiply(a1, r);
        r = Unsafe.Add(ref factor, 7);
        d0 += Avx2.Multiply(a2, r);
        d1 += Avx2.Multiply(a3, r);
        d2 += Avx2.Multiply(a4, r);

        d4 += Avx2.Multiply(a0, Unsafe.Add(ref factor, 4));
        r = Unsafe.Add(ref factor, 8);
        d0 += Avx2.Multiply(a1, r);
        d1 += Avx2.Multiply(a2, r);
        d2 += Avx2.Multiply(a3, r);
        d3 += Avx2.Multiply(a4, r);

        // Carry from two limbs at a time, until all are short again.
        Vector256<ulong> mask = Vector256.Create(LimbMask);
        d1 += d0 >>> 26;
        d4 += d3 >>> 26;
        d0 &= mask;
        d3 &= mask;
        Vector256<ulong> over = d4 >>> 26;
        d2 += d1 >>> 26;
        d0 += over + (over << 2);
        d1 &= mask;
        d4 &= mask;
        d3 += d2 >>> 26;
        d1 += d0 >>> 26;
        h2 = d2 & mask;
        h0 = d0 & mask;
        d4 += d3 >>> 26;
        h3 = d3 & mask;
        h1 = d1;
        h4 = d4;
    }
}
