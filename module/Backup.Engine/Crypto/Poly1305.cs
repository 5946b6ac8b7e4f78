using System.Buffers.Binary;

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

    // The multiplier, clamped: the top four bits of each 32-bit word and the low two of the last three are clear.
    private ulong _r0;
    private ulong _r1;

    // The sum so far: h0 + h1 * 2^64 + h2 * 2^128, with h2 below 8.
    private ulong _h0;
    private ulong _h1;
    private ulong _h2;

    /// <summary>Takes the multiplier, 16 bytes, clamped or not.</summary>
    public Poly1305(ReadOnlySpan<byte> multiplier)
    {
        _r0 = BinaryPrimitives.ReadUInt64LittleEndian(multiplier) & 0x0FFFFFFC_0FFFFFFF;
        _r1 = BinaryPrimitives.ReadUInt64LittleEndian(multiplier[8..]) & 0x0FFFFFFC_0FFFFFFC;
    }

    /// <summary>Starts a new message.</summary>
    public void Start() => (_h0, _h1, _h2) = (0, 0, 0);

    /// <summary>Takes the next bytes of the message; all calls but the last take whole blocks of 16 bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
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
        Start();
    }

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
