using Backup.Engine.Chunking;

namespace Backup.Engine.Tests.Chunking;

public sealed class RabinScannerTests
{
    private static readonly RabinTables Tables = RabinTables.Of(new ChunkerPolynomial(0x3DA3358B4DC173));

    [Fact]
    public void Scanning_finds_the_first_place_that_byte_by_byte_finds() => PropertyCheck.Holds(random =>
    {
        byte[] bytes = WithCuts(random);

        int cut = RabinScanner.FindCut(Tables, bytes);

        Assert.Equal(RabinScanner.FindCutByteByByte(Tables, bytes), cut);
    });

    [FactIfLanes(16)]
    public void Sixteen_lanes_find_it_too() => PropertyCheck.Holds(random =>
    {
        byte[] bytes = WithCuts(random);

        int cut = RabinLanes.FindCut<LaneVector16>(Tables, bytes, out int looked);

        AssertFirst(bytes, cut, looked);
    });

    [FactIfLanes(32)]
    public void Thirty_two_lanes_find_it_too() => PropertyCheck.Holds(random =>
    {
        byte[] bytes = WithCuts(random);

        int cut = RabinLanes.FindCut<LaneVector32>(Tables, bytes, out int looked);

        AssertFirst(bytes, cut, looked);
    });

    [Fact]
    public void Polynomials_of_lower_degree_are_scanned_byte_by_byte()
    {
        var polynomial = new ChunkerPolynomial(0b100011011);
        while (!polynomial.IsIrreducible || polynomial.Degree < 40)
        {
            polynomial = new ChunkerPolynomial((1UL << 40) | (((polynomial.Value & 0xFFFF) + 2) | 1));
        }

        byte[] file = new byte[1_000_000];
        new Random(1).NextBytes(file);
        var chunker = new Chunker(polynomial);

        int cut = chunker.FindCut(file);

        Assert.False(RabinLanes.CanScan(RabinTables.Of(polynomial)));
        Assert.Equal(NaiveChunker.ChunkLengths(polynomial, file)[0], cut < 0 ? file.Length : cut);
    }

    private static void AssertFirst(byte[] bytes, int cut, int looked)
    {
        // The first window's end is left to the caller, and so are the bytes that are too few for all lanes.
        int behind = bytes.Length > Chunker.WindowLength ? RabinScanner.FindCutByteByByte(Tables, bytes.AsSpan(1)) : -1;
        int expected = behind < 0 ? -1 : behind + 1;
        if (cut < 0)
        {
            Assert.InRange(looked, Math.Max(Chunker.WindowLength, bytes.Length - 5000), bytes.Length);
            Assert.True(expected < 0 || expected > looked);
        }
        else
        {
            Assert.Equal(expected, cut);
        }
    }

    // Places to cut are rare, but 64 zeros always are one.
    private static byte[] WithCuts(Random random)
    {
        byte[] bytes = new byte[random.Next(Chunker.WindowLength, random.Next(2) == 0 ? 20_000 : 250_000)];
        random.NextBytes(bytes);
        for (int cuts = random.Next(4); cuts > 0 && bytes.Length > 200; cuts--)
        {
            bytes.AsSpan(random.Next(bytes.Length - 100), random.Next(60, 100)).Clear();
        }

        return bytes;
    }
}
