using Backup.Engine.Compression;

namespace Backup.Engine.Tests.Compression;

public sealed class ManagedZstdDecoderTests
{
    [FactIfLibzstd]
    public void Frames_of_every_level_are_decoded() => PropertyCheck.Holds(100, random =>
    {
        byte[] bytes = Samples.Draw(random, 250_000);
        using var encoder = new ZstdEncoder(bytes.Length > 50_000 ? random.Next(-5, 13) : random.Next(-5, 20));
        byte[] frame = ZstdEncoderTests.Encode(encoder, bytes);
        byte[] room = new byte[bytes.Length + random.Next(2)];

        int length = new ManagedZstdDecoder().Decode(frame, room);

        Assert.Equal(bytes, room[..length]);
    });

    [FactIfLibzstd]
    [Trait("Category", "Slow")]
    public void Large_frames_of_the_hardest_levels_are_decoded() => PropertyCheck.Holds(5, random =>
    {
        byte[] bytes = [.. Samples.Draw(random, 2_000_000), .. Samples.Text(random.Next(), 1_000_000)];
        using var encoder = new ZstdEncoder(random.Next(13, 23));
        byte[] room = new byte[bytes.Length];

        int length = new ManagedZstdDecoder().Decode(ZstdEncoderTests.Encode(encoder, bytes), room);

        Assert.Equal(bytes, room[..length]);
    });

    [FactIfLibzstd]
    public void Each_level_of_libzstd_is_decoded()
    {
        byte[] bytes = [.. Samples.Text(1, 60_000), .. Samples.Draw(new Random(2), 60_000), .. new byte[5_000]];
        for (int level = -7; level <= 22; level++)
        {
            using var encoder = new ZstdEncoder(level);
            byte[] room = new byte[bytes.Length];

            int length = new ManagedZstdDecoder().Decode(ZstdEncoderTests.Encode(encoder, bytes), room);

            Assert.Equal(bytes, room[..length]);
        }
    }

    [FactIfOnPath("zstd")]
    public void Each_level_of_the_zstd_command_is_decoded_with_its_checksum()
    {
        using var folder = new TempFolder();
        byte[] bytes = [.. Samples.Text(3, 60_000), .. Samples.Draw(new Random(4), 60_000), .. new byte[5_000]];
        string file = folder.WriteFile("file", bytes);
        using var decoder = new ZstdDecoder(useLibrary: false);
        for (int level = 1; level <= 22; level++)
        {
            string output = folder.Combine($"{level}.zst");
            ExternalProgram.Named("zstd").Run("--ultra", $"-{level}", "--check", "-q", file, "-o", output);

            Assert.Equal(bytes, decoder.Decode(File.ReadAllBytes(output), 1_000_000).Span);
        }
    }

    [FactIfOnPath("zstd")]
    public void Files_of_the_zstd_command_are_decoded()
    {
        string[][] ways =
        [
            ["-1"], ["-3", "--no-check"], ["-19"], ["--ultra", "-22"], ["--fast=7"], ["--long=25"],
            ["-5", "--no-content-size"], ["-6", "--single-thread", "--no-compress-literals"], ["-4", "--compress-literals"],
            ["-3", "-B65536", "-T2"],
        ];
        var random = new Random(11);
        foreach (string[] way in ways)
        {
            using var folder = new TempFolder();
            byte[] bytes = [.. Samples.Draw(random, 100_000), .. Samples.Text(random.Next(), 200_000)];
            string file = folder.WriteFile("file", bytes);
            ExternalProgram.Named("zstd").Run([.. way, "-q", "-f", file, "-o", file + ".zst"]);
            byte[] frames = File.ReadAllBytes(file + ".zst");
            using var decoder = new ZstdDecoder(useLibrary: false);

            Assert.Equal(bytes, decoder.Decode(frames, 2_000_000).Span);
        }
    }

    [FactIfOnPath("zstd")]
    public void A_wrong_checksum_is_refused()
    {
        using var folder = new TempFolder();
        byte[] bytes = Samples.Text(1, 10_000);
        string file = folder.WriteFile("file", bytes);
        ExternalProgram.Named("zstd").Run("--check", "-q", file);
        byte[] frame = File.ReadAllBytes(file + ".zst");
        frame[^1] ^= 1;

        Assert.Throws<InvalidDataException>(() => new ManagedZstdDecoder().Decode(frame, new byte[bytes.Length]));
    }

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999UL)]
    [InlineData("a", 0xD24EC4F1A98C6E5BUL)]
    [InlineData("abc", 0x44BC2CF5AD770999UL)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1UL)]
    public void The_checksum_is_known_for_these_words(string text, ulong expected)
    {
        ulong hash = XxHash64.Of(System.Text.Encoding.ASCII.GetBytes(text));

        Assert.Equal(expected, hash);
    }

    [Theory]
    [InlineData("28B52FFD2400010000" + "99E9D851", "")] // an empty raw block, a checksum
    [InlineData("28B52FFD2003190000" + "616263", "616263")] // raw
    [InlineData("28B52FFD20051B0000" + "00", null)] // a repeated block longer than the content
    [InlineData("28B52FFD20032B0000" + "61", null)] // its size is 5
    [InlineData("28B52FFD20051B000061", null)]
    [InlineData("28B52FFD20032B0000", null)]
    [InlineData("28B52FFD20031F000061", null)] // the reserved block type
    [InlineData("28B52FFD21070000", null)] // needs a dictionary
    [InlineData("502A4D1802000000FFFF", "")] // skippable
    [InlineData("502A4D1803000000FFFF", null)] // cut short
    [InlineData("502A4D18FFFFFFFFFFFF", null)]
    public void Frames_written_by_hand_are_decoded_or_refused(string frame, string? expected)
    {
        byte[] bytes = Convert.FromHexString(frame);
        byte[] room = new byte[3];
        int length = -1;

        Exception? refusal = Record.Exception(() => length = new ManagedZstdDecoder().Decode(bytes, room));

        if (expected is null)
        {
            Assert.IsType<InvalidDataException>(refusal);
        }
        else
        {
            Assert.Null(refusal);
            Assert.Equal(expected, Convert.ToHexString(room, 0, length));
        }
    }

    [FactIfLibzstd]
    public void Damaged_frames_are_refused_or_decoded_as_libzstd_does() => PropertyCheck.Holds(300, random =>
    {
        byte[] bytes = Samples.Draw(random, 20_000);
        using var encoder = new ZstdEncoder(random.Next(1, 16));
        byte[] frame = Damage(random, ZstdEncoderTests.Encode(encoder, bytes));
        byte[] room = new byte[bytes.Length + 100];
        using var library = new ZstdDecoder();
        using var managed = new ZstdDecoder(useLibrary: false);

        byte[]? byLibrary = TryDecode(library, frame, room.Length);
        byte[]? byManaged = TryDecode(managed, frame, room.Length);

        if (byLibrary is not null && byManaged is not null)
        {
            Assert.Equal(byLibrary, byManaged);
        }
    });

    [Fact]
    public void Random_bytes_are_refused() => PropertyCheck.Holds(500, random =>
    {
        byte[] noise = new byte[random.Next(1, 300)];
        random.NextBytes(noise);
        ReadOnlySpan<byte> start = [0x28, 0xB5, 0x2F, 0xFD];
        start[..Math.Min(noise.Length, random.Next(5))].CopyTo(noise);
        using var decoder = new ZstdDecoder(useLibrary: false);

        // Whatever it is, it is decoded or refused, and nothing else.
        TryDecode(decoder, noise, 100_000);
    });

    [FactIfLibzstd]
    public void A_bomb_costs_little_memory()
    {
        using var encoder = new ZstdEncoder(CompressionLevel.Auto);
        byte[] bomb = ZstdEncoderTests.Encode(encoder, new byte[50_000_000]);
        using var decoder = new ZstdDecoder(useLibrary: false);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => decoder.Decode(bomb, 1_000_000));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    [FactIfLibzstd]
    public void Decoding_allocates_nothing()
    {
        byte[] text = Samples.Text(4, 200_000);
        using var encoder = new ZstdEncoder(CompressionLevel.Auto);
        byte[] frame = ZstdEncoderTests.Encode(encoder, text);
        var decoder = new ManagedZstdDecoder();

        long allocated = Allocations.LeastOf(() => decoder.Decode(frame, text));

        Assert.Equal(0, allocated);
    }

    private static byte[] Damage(Random random, byte[] frame)
    {
        if (random.Next(4) == 0)
        {
            return frame[..random.Next(frame.Length)];
        }

        for (int flips = random.Next(1, 4); flips > 0; flips--)
        {
            int position = random.Next(3) == 0 ? random.Next(Math.Min(40, frame.Length)) : random.Next(frame.Length);
            frame[position] ^= (byte)(1 << random.Next(8));
        }

        return frame;
    }

    private static byte[]? TryDecode(ZstdDecoder decoder, byte[] frame, int maxLength)
    {
        try
        {
            return decoder.Decode(frame, maxLength).Span.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
