using Backup.Engine.Compression;

namespace Backup.Engine.Tests.Compression;

public sealed class ZstdEncoderTests
{
    [FactIfLibzstd]
    public void Decoded_frames_are_the_bytes_again() => PropertyCheck.Holds(60, random =>
    {
        byte[] bytes = Samples.Draw(random, 200_000);
        using var encoder = new ZstdEncoder((CompressionLevel)(random.Next(10) == 0 ? 4 : random.Next(4)));
        using var decoder = new ZstdDecoder();
        byte[] frame = Encode(encoder, bytes);
        byte[] decoded = new byte[bytes.Length];

        decoder.Decode(frame, decoded);

        Assert.Equal(bytes, decoded);
    });

    [FactIfLibzstd]
    public void Frames_say_how_much_they_hold_and_have_no_checksum()
    {
        using var encoder = new ZstdEncoder(CompressionLevel.Auto);

        foreach (int length in (int[])[0, 1, 255, 256, 65_791, 65_792, 1_000_000])
        {
            byte[] frame = Encode(encoder, Samples.Text(1, length));

            Assert.True(ZstdDecoder.TryReadContentLength(frame, out long held));
            Assert.Equal(length, held);
            Assert.True(ZstdFrameHeader.TryParse(frame, out ZstdFrameHeader header));
            Assert.False(header.HasChecksum);
        }
    }

    [FactIfLibzstd]
    public void What_cannot_be_compressed_fits_the_promised_room()
    {
        using var encoder = new ZstdEncoder(CompressionLevel.Auto);

        foreach (int length in (int[])[0, 1, 100, 131_071, 131_072, 131_073, 2_000_000])
        {
            byte[] noise = new byte[length];
            new Random(length).NextBytes(noise);
            byte[] room = new byte[ZstdEncoder.MaxEncodedLength(length)];

            Assert.InRange(encoder.Encode(noise, room), 1, room.Length);
        }
    }

    [FactIfLibzstd]
    public void Harder_levels_give_smaller_frames()
    {
        byte[] text = Samples.Text(3, 300_000);
        int LengthAt(CompressionLevel level)
        {
            using var encoder = new ZstdEncoder(level);
            return Encode(encoder, text).Length;
        }

        int[] lengths =
        [
            LengthAt(CompressionLevel.Max),
            LengthAt(CompressionLevel.Better),
            LengthAt(CompressionLevel.Auto),
            LengthAt(CompressionLevel.Fastest),
        ];

        Assert.Equal(lengths.Order(), lengths);
        Assert.Equal(4, lengths.Distinct().Count());
    }

    [FactIfLibzstd]
    public void Too_little_room_is_the_callers_fault()
    {
        using var encoder = new ZstdEncoder(CompressionLevel.Auto);

        Assert.Throws<ArgumentException>(() => encoder.Encode(new byte[100], new byte[ZstdEncoder.MaxEncodedLength(100) - 1]));
    }

    [FactIfLibzstd]
    public void A_disposed_encoder_refuses()
    {
        var encoder = new ZstdEncoder(CompressionLevel.Auto);

        encoder.Dispose();
        encoder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Encode(encoder, [1]));
    }

    [FactIfLibzstd]
    public void Encoding_and_decoding_allocate_nothing()
    {
        byte[] text = Samples.Text(4, 200_000);
        byte[] room = new byte[ZstdEncoder.MaxEncodedLength(text.Length)];
        using var encoder = new ZstdEncoder(CompressionLevel.Auto);
        using var decoder = new ZstdDecoder();

        long allocated = Allocations.LeastOf(() =>
        {
            int length = encoder.Encode(text, room);
            decoder.Decode(room.AsSpan(0, length), text);
        });

        Assert.Equal(0, allocated);
    }

    internal static byte[] Encode(ZstdEncoder encoder, byte[] bytes)
    {
        byte[] room = new byte[ZstdEncoder.MaxEncodedLength(bytes.Length)];
        return room[..encoder.Encode(bytes, room)];
    }
}
