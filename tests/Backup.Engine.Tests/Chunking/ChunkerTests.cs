using System.Security.Cryptography;
using Backup.Engine.Chunking;

namespace Backup.Engine.Tests.Chunking;

public sealed class ChunkerTests
{
    private static readonly ChunkerPolynomial Polynomial = new(0x3DA3358B4DC173);

    [Fact]
    public void Chunks_end_where_the_definition_says() => PropertyCheck.Holds(2, random =>
    {
        byte[] file = Bytes(random, 3_000_000 + random.Next(1_000_000));

        List<int> lengths = Cut(new Chunker(Polynomial), file, file.Length);

        Assert.Equal(NaiveChunker.ChunkLengths(Polynomial, file), lengths);
    });

    [Fact]
    public void Other_polynomials_cut_elsewhere_but_by_the_same_definition() => PropertyCheck.Holds(2, random =>
    {
        ChunkerPolynomial polynomial = ChunkerPolynomial.Draw();
        byte[] file = Bytes(random, 2_000_000);

        List<int> lengths = Cut(new Chunker(polynomial), file, file.Length);

        Assert.Equal(NaiveChunker.ChunkLengths(polynomial, file), lengths);
    });

    [Fact]
    public void However_the_bytes_arrive_the_chunks_are_the_same() => PropertyCheck.Holds(20, random =>
    {
        byte[] file = Bytes(random, 3_000_000);
        List<int> expected = Cut(new Chunker(Polynomial), file, file.Length);
        int largest = 1 << random.Next(10, 22);

        List<int> lengths = Cut(new Chunker(Polynomial), file, () => random.Next(1, largest));

        Assert.Equal(expected, lengths);
    });

    [Fact]
    public void Single_bytes_around_the_minimum_are_cut_alike()
    {
        // Bytes that are cut soon after the minimum, and exactly at it.
        foreach (int offset in (int[])[0, 1, 63, 64, 65])
        {
            byte[] file = Bytes(new Random(offset), Chunker.MinLength + 200);
            file.AsSpan(Chunker.MinLength - Chunker.WindowLength + offset, Chunker.WindowLength).Clear();
            var chunker = new Chunker(Polynomial);
            Assert.Equal(-1, chunker.FindCut(file.AsSpan(0, Chunker.MinLength - 100)));

            int length = Chunker.MinLength - 100;
            while (chunker.FindCut(file.AsSpan(length, 1)) < 0)
            {
                length++;
            }

            Assert.Equal(Chunker.MinLength + offset, length + 1);
        }
    }

    [Fact]
    public void Zeros_are_cut_at_the_minimum()
    {
        List<int> lengths = Cut(new Chunker(Polynomial), new byte[4 * Chunker.MinLength], 1 << 20);

        Assert.Equal([Chunker.MinLength, Chunker.MinLength, Chunker.MinLength, Chunker.MinLength], lengths);
    }

    [Fact]
    public void Bytes_without_a_cut_are_cut_at_the_maximum()
    {
        // One value over and over has one fingerprint, which for this value is none to cut at.
        byte[] file = new byte[(2 * Chunker.MaxLength) + 5];
        Array.Fill(file, (byte)1);

        List<int> lengths = Cut(new Chunker(Polynomial), file, 1 << 20);

        Assert.Equal([Chunker.MaxLength, Chunker.MaxLength, 5], lengths);
    }

    [Fact]
    public void A_cut_right_at_the_maximum_is_one_cut()
    {
        byte[] file = new byte[Chunker.MaxLength + 10];
        Array.Fill(file, (byte)1);
        file.AsSpan(Chunker.MaxLength - Chunker.WindowLength, Chunker.WindowLength).Clear();

        List<int> lengths = Cut(new Chunker(Polynomial), file, file.Length);

        Assert.Equal([Chunker.MaxLength, 10], lengths);
    }

    [Fact]
    public void After_a_reset_a_new_file_begins()
    {
        byte[] file = Bytes(new Random(5), 2_000_000);
        var chunker = new Chunker(Polynomial);
        chunker.FindCut(file.AsSpan(0, 300_000));

        chunker.Reset();

        Assert.Equal(Cut(new Chunker(Polynomial), file, file.Length), Cut(chunker, file, file.Length));
    }

    [Fact]
    public void No_bytes_end_no_chunk()
    {
        Assert.Equal(-1, new Chunker(Polynomial).FindCut([]));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x7FUL)]
    [InlineData(1UL << 54)]
    public void A_polynomial_of_unusable_degree_is_a_damaged_config(ulong value)
    {
        var polynomial = new ChunkerPolynomial(value);

        RepositoryDamagedException error = Assert.Throws<RepositoryDamagedException>(() => new Chunker(polynomial));

        Assert.Contains(polynomial.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Looking_for_cuts_allocates_nothing()
    {
        byte[] file = Bytes(new Random(6), 2_000_000);
        var chunker = new Chunker(Polynomial);

        long allocated = Allocations.LeastOf(() =>
        {
            for (int offset = 0; offset + 100_000 <= file.Length; offset += 100_000)
            {
                chunker.FindCut(file.AsSpan(offset, 100_000));
            }
        });

        Assert.Equal(0, allocated);
    }

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public void Restic_cuts_the_same_file_into_the_same_chunks()
    {
        using var folder = new TempFolder();
        byte[] file = Bytes(new Random(7), 32 * 1024 * 1024);
        file.AsSpan(5_000_000, 3_000_000).Clear();
        file.AsSpan(10_000_000, 10_000_000).Fill(1);
        string source = folder.WriteFile("file", file);
        ExternalProgram restic = ExternalProgram.Named("restic");
        restic["RESTIC_PASSWORD"] = "password";
        restic["RESTIC_REPOSITORY"] = folder.Combine("repository");
        restic["RESTIC_CACHE_DIR"] = folder.Combine("cache");
        restic.Run("init");
        restic.Run("backup", source);
        string config = restic.Run("cat", "config");
        string digits = config.Split("\"chunker_polynomial\": \"")[1].Split('"')[0];
        Assert.True(ChunkerPolynomial.TryParse(digits, out ChunkerPolynomial polynomial));

        var expected = new SortedSet<string>();
        int start = 0;
        foreach (int length in Cut(new Chunker(polynomial), file, 512 * 1024))
        {
            expected.Add(Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(start, length))));
            start += length;
        }

        IEnumerable<string> blobs = restic.Run("list", "blobs").Split('\n')
            .Where(line => line.StartsWith("data ", StringComparison.Ordinal))
            .Select(line => line["data ".Length..].Trim());
        Assert.Equal(expected, new SortedSet<string>(blobs));
    }

    private static List<int> Cut(Chunker chunker, ReadOnlySpan<byte> file, int readLength) =>
        Cut(chunker, file, () => readLength);

    private static List<int> Cut(Chunker chunker, ReadOnlySpan<byte> file, Func<int> readLength)
    {
        var lengths = new List<int>();
        int length = 0;
        while (!file.IsEmpty)
        {
            ReadOnlySpan<byte> read = file[..Math.Min(file.Length, readLength())];
            int cut = chunker.FindCut(read);
            int taken = cut < 0 ? read.Length : cut;
            length += taken;
            file = file[taken..];
            if (cut >= 0)
            {
                lengths.Add(length);
                length = 0;
            }
        }

        if (length > 0)
        {
            lengths.Add(length);
        }

        return lengths;
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
