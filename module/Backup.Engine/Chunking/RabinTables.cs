using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Backup.Engine.Chunking;

/// <summary>What sliding a window over bytes needs, worked out once for each polynomial.</summary>
internal sealed unsafe class RabinTables
{
    private static readonly ConcurrentDictionary<ChunkerPolynomial, RabinTables> Known = new();

    private RabinTables(ChunkerPolynomial polynomial)
    {
        Shift = polynomial.Degree - 8;
        for (int value = 0; value < 256; value++)
        {
            ulong digest = polynomial.AppendByte(0, (byte)value);
            for (int i = 1; i < Chunker.WindowLength; i++)
            {
                digest = polynomial.AppendByte(digest, 0);
            }

            Leaving[value] = digest;

            // The remainder of value * x^degree; the shift by one byte left that byte above the degree, so cancel it, too.
            ulong overflow = (ulong)value << polynomial.Degree;
            Overflow[value] = overflow ^ polynomial.Reduce(overflow);
        }

        if (polynomial.Degree == ChunkerPolynomial.DrawnDegree)
        {
            Lanes = MakeLaneTables(polynomial);
        }
    }

    /// <summary>A digest's top eight bits are those above this one.</summary>
    public int Shift { get; }

    /// <summary>By the byte that leaves the window: its share of the digest.</summary>
    public ulong[] Leaving { get; } = new ulong[256];

    /// <summary>By a digest's top eight bits: what reduces the digest after it was shifted by a byte.</summary>
    public ulong[] Overflow { get; } = new ulong[256];

    /// <summary>The same by half bytes for <see cref="RabinLanes"/>, aligned; null if the polynomial is none for it.</summary>
    public byte* Lanes { get; }

    /// <summary>The tables of a polynomial; the same ones each time.</summary>
    /// <exception cref="RepositoryDamagedException">The polynomial's degree is not one to cut chunks with.</exception>
    public static RabinTables Of(ChunkerPolynomial polynomial)
    {
        if (polynomial.Degree is < 8 or > ChunkerPolynomial.DrawnDegree)
        {
            throw new RepositoryDamagedException(
                $"The repository's config has the chunker polynomial «{polynomial}» of degree {polynomial.Degree}, where it "
                + "must be 53: the config file is damaged. Restore it from a copy of the repository.");
        }

        return Known.GetOrAdd(polynomial, static key => new RabinTables(key));
    }

    // Never freed: tables live as long as the process.
    private byte* MakeLaneTables(ChunkerPolynomial polynomial)
    {
        const int Length = RabinLanes.DigestLength * RabinLanes.TablesPerByte * RabinLanes.TableLength;
        byte* tables = (byte*)NativeMemory.AlignedAlloc(Length, RabinLanes.TableLength);
        for (int i = 0; i < Length; i++)
        {
            int table = i / RabinLanes.TableLength % RabinLanes.TablesPerByte;
            int half = i % 16 << (4 * (table % 2));

            // The byte that leaves is taken out after the digest was shifted, so its share is one byte higher.
            ulong share = table < 2
                ? polynomial.Reduce((ulong)half << polynomial.Degree)
                : polynomial.AppendByte(Leaving[half], 0);
            int digestByte = i / (RabinLanes.TableLength * RabinLanes.TablesPerByte);
            tables[i] = (byte)(share << RabinLanes.DigestShift >> (8 * digestByte));
        }

        return tables;
    }
}
