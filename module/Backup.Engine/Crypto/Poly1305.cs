using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Backup.Engine.Crypto;

/// <summary>
/// Poly1305: the message as a polynomial over 2^130 - 5, evaluated at a secret point. Not thread-safe; one per key,
/// reusable, without allocating.
/// </summary>
/// <remarks>D. J. Bernstein, «The Poly1305-AES message-authentication code» (2005).</remarks>
internal sealed class Poly1305
{
    /// <summary>Bytes of a tag, of a one-time pad and of the multiplier.</summary>
    public const int TagLength = 16;

    private const int BlockLength = 16;

    // Fewer bytes aren't worth the powers and the sum at the end.
    private const int MinLanesLength = 4 * Poly1305Lanes.StepLength;
    private const int Limbs = 5;
    private const int LimbBits = 26;

    private readonly Poly1305Lanes? _lanes;

    // The multiplier, clamped: the top four bits of each 32-bit word and the low two of the last three are clear.
    private ulong _r0;
    private ulong _r1;

    // The sum so far: h0 + h1 * 2^64 + h2 * 2^128, with h2 below 8.
    private ulong _h0;
    private ulong _h1;
    private ulong _h2;

    /// <summary>Takes the multiplier, 16 bytes, clamped or not.</summary>
    /// <param name="multiplier">The secret point.</param>
    /// <param name="useLanes">False: one block after the other, as on processors that can't do more.</param>
    public Poly1305(ReadOnlySpan<byte> multiplier, bool useLanes = true)
    {
        _r0 = BinaryPrimitives.ReadUInt64LittleEndian(multiplier) & 0x0FFFFFFC_0FFFFFFF;
        _r1 = BinaryPrimitives.ReadUInt64LittleEndian(multiplier[8..]) & 0x0FFFFFFC_0FFFFFFC;
        if (useLanes && Poly1305Lanes.IsSupported)
        {
            _lanes = MakeLanes();
        }
    }

    /// <summary>Starts a new message.</summary>
    public void Start() => (_h0, _h1, _h2) = (0, 0, 0);

    /// <summary>Takes the next bytes of the message; all calls but the last take whole blocks of 16 bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_lanes is not null && bytes.Length >= MinLanesLength)
        {
            int steps = bytes.Length / Poly1305Lanes.StepLength * Poly1305Lanes.StepLength;
            Span<ulong> limbs = stackalloc ulong[Limbs];
            ReadSum(limbs);
            _lanes.AddBlocks(bytes[..steps], limbs);
            WriteSum(limbs);
            bytes = bytes[steps..];
        }

        int whole = bytes.Length / BlockLength * BlockLength;
        AddBlocks(bytes[..whole], 1);
        bytes = bytes[whole..];
        if (!bytes.IsEmpty)
        {
            Span<byte> last = stackalloc byte[BlockLength];
            last.Clear();
            bytes.CopyTo(last);
            last[bytes.Length] = 1;
            AddBlocks(last, 0);
        }
    }

    /// <summary>Ends the message.</summary>
    /// <param name="pad">16 bytes that are used for this message only.</param>
    /// <param name="tag">Gets 16 bytes.</param>
    public void Finish(ReadOnlySpan<byte> pad, Span<byte> tag)
    {
        // h is below 2 * (2^130 - 5): subtract that once if it fits, without a branch on the secret.
        ulong t0 = _h0 + 5;
        ulong carry = t0 < 5 ? 1UL : 0;
        ulong t1 = _h1 + carry;
        carry = t1 < carry ? 1UL : 0;
        ulong t2 = _h2 + carry;
        ulong reduced = 0UL - ((t2 >> 2) & 1);
        ulong h0 = (t0 & reduced) | (_h0 & ~reduced);
        ulong h1 = (t1 & reduced) | (_h1 & ~reduced);

        ulong low = h0 + BinaryPrimitives.ReadUInt64LittleEndian(pad);
        ulong high = h1 + BinaryPrimitives.ReadUInt64LittleEndian(pad[8..]) + (low < h0 ? 1UL : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(tag, low);
        BinaryPrimitives.WriteUInt64LittleEndian(tag[8..], high);
        Start();
    }

    /// <summary>Forgets the key.</summary>
    public void Clear()
    {
        _r0 = _r1 = 0;
        _lanes?.Clear();
        Start();
    }

    private Poly1305Lanes MakeLanes()
    {
        Span<ulong> powers = stackalloc ulong[4 * Limbs];
        Span<byte> zeros = stackalloc byte[BlockLength];
        zeros.Clear();
        (_h0, _h1, _h2) = (_r0, _r1, 0);
        ReadSum(powers);
        for (int power = 1; power < 4; power++)
        {
            // Adding nothing multiplies once more.
            AddBlocks(zeros, 0);
            ReadSum(powers[(power * Limbs)..]);
        }

        Start();
        var lanes = new Poly1305Lanes(
            powers[..Limbs], powers.Slice(Limbs, Limbs), powers.Slice(2 * Limbs, Limbs), powers.Slice(3 * Limbs, Limbs));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(powers));
        return lanes;
    }

    private void ReadSum(Span<ulong> limbs)
    {
        const ulong Mask = (1UL << LimbBits) - 1;
        limbs[0] = _h0 & Mask;
        limbs[1] = (_h0 >> LimbBits) & Mask;
        limbs[2] = ((_h0 >> (2 * LimbBits)) | (_h1 << (64 - (2 * LimbBits)))) & Mask;
        limbs[3] = (_h1 >> ((3 * LimbBits) - 64)) & Mask;
        limbs[4] = (_h1 >> ((4 * LimbBits) - 64)) | (_h2 << (128 - (4 * LimbBits)));
    }

    private void WriteSum(ReadOnlySpan<ulong> limbs)
    {
        // What is above 2^130 comes back five times, so that the sum is as short as AddBlocks wants it.
        ulong top = limbs[4] & ((1UL << LimbBits) - 1);
        UInt128 low = (UInt128)limbs[0] + ((UInt128)limbs[1] << LimbBits) + ((UInt128)limbs[2] << (2 * LimbBits))
            + (5 * (limbs[4] >> LimbBits));
        UInt128 high = (low >> 64) + ((UInt128)limbs[3] << ((3 * LimbBits) - 64)) + ((UInt128)top << ((4 * LimbBits) - 64));
        _h0 = (ulong)low;
        _h1 = (ulong)high;
        _h2 = (ulong)(high >> 64);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddBlocks(ReadOnlySpan<byte> bytes, ulong top)
    {
        ulong r0 = _r0;
        ulong r1 = _r1;
        ulong h0 = _h0;
        ulong h1 = _h1;
        ulong h2 = _h2;
        while (bytes.Length >= BlockLength)
        {
            ulong m0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong m1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            bytes = bytes[BlockLength..];

            h0 += m0;
            ulong carry = h0 < m0 ? 1UL : 0;
            m1 += carry; // never wraps twice: only one of the two sums below can carry
            h2 += m1 < carry ? 1UL : 0;
            h1 += m1;
            h2 += (h1 < m1 ? 1UL : 0) + top;

            // h * r, column by column; r is clamped, so no column exceeds 128 bits.
            ulong a1 = Math.BigMul(h0, r0, out ulong a0);
            ulong b1 = Math.BigMul(h1, r0, out ulong b0);
            ulong c1 = Math.BigMul(h0, r1, out ulong c0);
            ulong d1 = Math.BigMul(h1, r1, out ulong d0);

            b0 += c0;
            b1 += c1 + (b0 < c0 ? 1UL : 0);
            ulong e = h2 * r0;
            d0 += e;
            d1 += (d0 < e ? 1UL : 0) + (h2 * r1);

            b0 += a1;
            b1 += b0 < a1 ? 1UL : 0;
            d0 += b1;
            d1 += d0 < b1 ? 1UL : 0;

            // 2^130 = 5: what lies above comes back five times, as 4 times (the masked bits) and once (shifted).
            h0 = a0;
            h1 = b0;
            h2 = d0 & 3;
            ulong f0 = d0 & ~3UL;
            ulong f1 = d1;
            h0 += f0;
            carry = h0 < f0 ? 1UL : 0;
            h1 += carry;
            h2 += h1 < carry ? 1UL : 0;
            h1 += f1;
            h2 += h1 < f1 ? 1UL : 0;

            f0 = (f0 >> 2) | (f1 << 62);
            f1 >>= 2;
            h0 += f0;
            carry = h0 < f0 ? 1UL : 0;
            h1 += carry;
            h2 += h1 < carry ? 1UL : 0;
            h1 += f1;
            h2 += h1 < f1 ? 1UL : 0;
        }

        _h0 = h0;
        _h1 = h1;
        _h2 = h2;
    }
}
