using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Backup.Engine.Chunking;

/// <summary>The polynomial over GF(2) that a repository's chunks are cut with; bit i is the coefficient of x^i.</summary>
/// <remarks>Format: restic design document, «Content Defined Chunking»; the config file's <c>chunker_polynomial</c>.</remarks>
internal readonly record struct ChunkerPolynomial(ulong Value)
{
    /// <summary>The degree of the polynomials that repositories are made with.</summary>
    public const int DrawnDegree = 53;

    private const ulong X = 2;

    /// <summary>The highest power, -1 for zero.</summary>
    public int Degree => 63 - BitOperations.LeadingZeroCount(Value);

    /// <summary>Whether no polynomials of lower degree multiply to this one (Ben-Or's test).</summary>
    public bool IsIrreducible
    {
        get
        {
            if (Degree < 1 || Degree > DrawnDegree)
            {
                return false;
            }

            // x^(2^i) - x is the product of all irreducible polynomials whose degree divides i.
            ulong power = X;
            for (int i = 1; i <= Degree / 2; i++)
            {
                power = MultiplyModulo(power, power);
                if (GreatestCommonDivisor(Value, power ^ X) != 1)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Draws an irreducible polynomial of degree 53 at random.</summary>
    public static ChunkerPolynomial Draw()
    {
        while (true)
        {
            // About one in 53 / 2 is irreducible once the constant term is set.
            ulong value = 0;
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<ulong>(ref value)));
            value &= (1UL << DrawnDegree) - 1;
            var polynomial = new ChunkerPolynomial(value | (1UL << DrawnDegree) | 1);
            if (polynomial.IsIrreducible)
            {
                return polynomial;
            }
        }
    }

    /// <summary>Reads what <see cref="ToString"/> writes; says nothing about whether it is irreducible.</summary>
    public static bool TryParse(string hex, out ChunkerPolynomial polynomial)
    {
        bool parsed = ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value);
        polynomial = new ChunkerPolynomial(value);
        return parsed;
    }

    /// <summary>Lower-case hexadecimal digits without leading zeros.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The remainder of a polynomial divided by this one.</summary>
    public ulong Reduce(ulong dividend)
    {
        int excess;
        while ((excess = BitOperations.LeadingZeroCount(Value) - BitOperations.LeadingZeroCount(dividend)) >= 0)
        {
            dividend ^= Value << excess;
        }

        return dividend;
    }

    /// <summary>The remainder of a reduced polynomial multiplied by x^8, plus eight more bits.</summary>
    public ulong AppendByte(ulong reduced, byte next)
    {
        for (int bit = 7; bit >= 0; bit--)
        {
            reduced = TimesX(reduced) ^ ((uint)(next >> bit) & 1);
        }

        return reduced;
    }

    private static ulong GreatestCommonDivisor(ulong a, ulong b)
    {
        while (b != 0)
        {
            (a, b) = (b, new ChunkerPolynomial(b).Reduce(a));
        }

        return a;
    }

    private ulong MultiplyModulo(ulong a, ulong b)
    {
        ulong product = 0;
        for (int bit = Degree - 1; bit >= 0; bit--)
        {
            product = TimesX(product) ^ (((b >> bit) & 1) * a);
        }

        return product;
    }

    private ulong TimesX(ulong reduced)
    {
        ulong shifted = reduced << 1;
        return shifted ^ (((shifted >> Degree) & 1) * Value);
    }
}
