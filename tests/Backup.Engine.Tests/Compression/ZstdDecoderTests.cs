using Backup.Engine.Compression;

namespace Backup.Engine.Tests.Compression;

public sealed class ZstdDecoderTests
{
    [TheoryIfLibzstd]
    [InlineData(true)]
    [InlineData(false)]
    public void Content_of_unknown_length_is_decoded(bool useLibrary) => PropertyCheck.Holds(50, random =>
    {
        byte[] bytes = Samples.Draw(random, 500_000);
        byte[] frame = Frame(bytes);
        using var decoder = new ZstdDecoder(useLibrary);

        byte[] decoded = decoder.Decode(frame, bytes.Length).Span.ToArray();

        Assert.Equal(bytes, decoded);
    });

    [TheoryIfLibzstd]
    [InlineData(true)]
    [InlineData(false)]
    public void More_than_allowed_is_refused(bool useLibrary) => PropertyCheck.Holds(20, random =>
    {
        byte[] bytes = Samples.Draw(random, 500_000);
        byte[] frame = Frame([.. bytes, 1]);
        using var decoder = new ZstdDecoder(useLibrary);

        Assert.Throws<InvalidDataException>(() => decoder.Decode(frame, random.Next(bytes.Length + 1)));
    });

    [TheoryIfLibzstd]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bomb_costs_little_memory(bool useLibrary)
    {
        byte[] bomb = Frame(new byte[100_000_000]);
        using var decoder = new ZstdDecoder(useLibrary);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => decoder.Decode(bomb, 1_000_000));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    [TheoryIfLibzstd]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wrong_length_is_refused(bool useLibrary)
    {
        byte[] frame = Frame(Samples.Text(1, 1000));
        using var decoder = new ZstdDecoder(useLibrary);

        Assert.Throws<InvalidDataException>(() => decoder.Decode(frame, new byte[999].AsSpan()));
        Assert.Throws<InvalidDataException>(() => decoder.Decode(frame, new byte[1001].AsSpan()));
    }

    [TheoryIfLibzstd]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_truncation_is_refused(bool useLibrary)
    {
        byte[] bytes = Samples.Text(1, 5000);
        byte[] frame = Frame(bytes);
        using var decoder = new ZstdDecoder(useLibrary);

        for (int length = 0; length < frame.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => decoder.Decode(frame.AsSpan(0, length), new byte[bytes.Length]));
            Assert.Throws<InvalidDataException>(() => decoder.Decode(frame.AsSpan(0, length), 100_000));
        }
    }

    [TheoryIfLibzstd]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_in_a_row_are_joined_and_skippable_ones_skipped(bool useLibrary)
    {
        byte[] skippable = [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        byte[] first = Samples.Text(1, 1000);
        byte[] second = Samples.Text(2, 70_000);
        byte[] frames = [.. Frame(first), .. skippable, .. Frame(second), .. skippable];
        using var decoder = new ZstdDecoder(useLibrary);
        byte[] decoded = new byte[first.Length + second.Length];

        decoder.Decode(frames, decoded);

        Assert.Equal([.. first, .. second], decoded);
        Assert.Equal(decoded, decoder.Decode(frames, 100_000).Span);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_bytes_are_no_frame(bool useLibrary)
    {
        using var decoder = new ZstdDecoder(useLibrary);

        Assert.Throws<InvalidDataException>(() => decoder.Decode([], []));
        Assert.Throws<InvalidDataException>(() => decoder.Decode([], 10));
        Assert.False(ZstdDecoder.TryReadContentLength([], out _));
    }

    [Theory]
    [InlineData("28B52FFD2000", true, 0)]
    [InlineData("28B52FFD20FF", true, 255)]
    [InlineData("28B52FFD600000", true, 256)]
    [InlineData("28B52FFDA000010000", true, 256)]
    [InlineData("28B52FFDE0FFFFFFFFFFFFFF7F", true, long.MaxValue)]
    [InlineData("28B52FFDE0FFFFFFFFFFFFFFFF", false, 0)]
    [InlineData("28B52FFDE00000000000000080", false, 0)]
    [InlineData("28B52FFD0050", false, 0)] // doesn't say
    [InlineData("28B52FFD28FF", false, 0)] // a reserved bit
    [InlineData("28B52FFD60FF", false, 0)] // cut short
    [InlineData("27B52FFD2000", false, 0)]
    public void The_header_says_how_much_there_is(string frame, bool expected, long length)
    {
        bool read = ZstdDecoder.TryReadContentLength(Convert.FromHexString(frame), out long actual);

        Assert.Equal(expected, read);
        Assert.Equal(length, actual);
    }

    [TheoryIfLibzstd]
    [InlineData(true)]
    [InlineData(false)]
    public void A_decoder_that_refused_something_still_works(bool useLibrary)
    {
        byte[] bytes = Samples.Text(1, 100_000);
        byte[] frame = Frame(bytes);
        using var decoder = new ZstdDecoder(useLibrary);
        Assert.Throws<InvalidDataException>(() => decoder.Decode(frame, 10));
        Assert.Throws<InvalidDataException>(() => decoder.Decode(frame.AsSpan(0, 50), 200_000));

        byte[] decoded = decoder.Decode(frame, 200_000).Span.ToArray();

        Assert.Equal(bytes, decoded);
    }

    private static byte[] Frame(byte[] bytes)
    {
        using var encoder = new ZstdEncoder(CompressionLevel.Auto);
        return ZstdEncoderTests.Encode(encoder, bytes);
    }
}
