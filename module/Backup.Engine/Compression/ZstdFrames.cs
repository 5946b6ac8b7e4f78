using System.Buffers.Binary;

namespace Backup.Engine.Compression;

/// <summary>Goes through zstd frames without decoding them.</summary>
/// <remarks>RFC 8878 §3.1.</remarks>
internal static class ZstdFrames
{
    private const int SkippableHeaderLength = 8;

    /// <summary>At most how many bytes frames hold, as far as their headers tell.</summary>
    /// <param name="source">One or more whole frames.</param>
    /// <param name="maxWindowLength">Frames that need a larger window are refused.</param>
    /// <exception cref="InvalidDataException">These are no frames, or they are cut short.</exception>
    public static long MaxContentLength(ReadOnlySpan<byte> source, int maxWindowLength)
    {
        long total = 0;
        while (!source.IsEmpty)
        {
            int skippable = SkippableLength(source);
            if (skippable > 0)
            {
                source = source[skippable..];
                continue;
            }

            ZstdFrameHeader header = ReadHeader(source);
            if (header.WindowLength > maxWindowLength)
            {
                throw ZstdFault.Because(
                    $"they need a window of {header.WindowLength:N0} bytes, where {maxWindowLength:N0} are allowed");
            }

            source = source[header.Length..];
            long blocks = SkipBlocks(ref source, (int)Math.Min(header.WindowLength, ZstdBlockDecoder.MaxLength));
            total += header.ContentLength >= 0 ? Math.Min(header.ContentLength, blocks) : blocks;
            int checksum = header.HasChecksum ? sizeof(uint) : 0;
            source = source.Length < checksum ? throw ZstdFault.Because("they are cut short") : source[checksum..];
        }

        return total;
    }

    /// <summary>How long the frame is that is in front, whatever it holds.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is cut short.</exception>
    public static int FrameLength(ReadOnlySpan<byte> source)
    {
        int skippable = SkippableLength(source);
        if (skippable > 0)
        {
            return skippable;
        }

        ZstdFrameHeader header = ReadHeader(source);
        ReadOnlySpan<byte> rest = source[header.Length..];
        _ = SkipBlocks(ref rest, (int)Math.Min(header.WindowLength, ZstdBlockDecoder.MaxLength));
        int checksum = header.HasChecksum ? sizeof(uint) : 0;
        return rest.Length < checksum ? throw ZstdFault.Because("they are cut short") : source.Length - rest.Length + checksum;
    }

    /// <summary>How long the skippable frame is that is in front, 0 if another one is.</summary>
    public static int SkippableLength(ReadOnlySpan<byte> source)
    {
        const uint FirstMagic = 0x184D2A50;
        if (source.Length < sizeof(uint) || (BinaryPrimitives.ReadUInt32LittleEndian(source) & ~15u) != FirstMagic)
        {
            return 0;
        }

        long length = source.Length < SkippableHeaderLength
            ? long.MaxValue
            : SkippableHeaderLength + (long)BinaryPrimitives.ReadUInt32LittleEndian(source[sizeof(uint)..]);
        return length > source.Length ? throw ZstdFault.Because("they are cut short") : (int)length;
    }

    /// <summary>Reads the header of the frame that is in front.</summary>
    public static ZstdFrameHeader ReadHeader(ReadOnlySpan<byte> source)
    {
        if (!ZstdFrameHeader.TryParse(source, out ZstdFrameHeader header))
        {
            throw ZstdFault.Because("they don't begin with a frame's header");
        }

        return header.DictionaryId == 0 ? header : throw ZstdFault.Because($"they need the dictionary {header.DictionaryId}");
    }

    /// <summary>Reads the header of the block that is in front, and makes sure that the block is all there.</summary>
    public static ZstdBlockHeader ReadBlockHeader(ReadOnlySpan<byte> source, int maxBlockLength)
    {
        if (source.Length < ZstdBlockHeader.Length)
        {
            throw ZstdFault.Because("they are cut short");
        }

        int number = source[0] | (source[1] << 8) | (source[2] << 16);
        var header = new ZstdBlockHeader((ZstdBlockType)((number >> 1) & 3), number >> 3, (number & 1) != 0);
        if (header.Type > ZstdBlockType.Compressed || header.Size > maxBlockLength)
        {
            throw ZstdFault.Because("a block is of an unknown type or too long");
        }

        return header.StoredLength > source.Length - ZstdBlockHeader.Length
            ? throw ZstdFault.Because("they are cut short")
            : header;
    }

    private static long SkipBlocks(ref ReadOnlySpan<byte> source, int maxBlockLength)
    {
        long total = 0;
        ZstdBlockHeader block;
        do
        {
            block = ReadBlockHeader(source, maxBlockLength);
            source = source[(ZstdBlockHeader.Length + block.StoredLength)..];
            total += block.Type == ZstdBlockType.Compressed ? maxBlockLength : block.Size;
        }
        while (!block.IsLast);

        return total;
    }
}
