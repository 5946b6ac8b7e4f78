using System.Buffers.Binary;

namespace Backup.Engine.Compression;

/// <summary>What stands in front of a zstd frame's blocks.</summary>
/// <param name="Length">Bytes of the header itself, with the magic number.</param>
/// <param name="ContentLength">How many bytes the frame holds, -1 if it doesn't say.</param>
/// <param name="WindowLength">How far back matches may reach.</param>
/// <param name="DictionaryId">Which dictionary it was compressed with, 0 for none.</param>
/// <param name="HasChecksum">Whether a checksum of the content ends the frame.</param>
/// <remarks>RFC 8878 §3.1.1.1.</remarks>
internal readonly record struct ZstdFrameHeader(
    int Length, long ContentLength, long WindowLength, uint DictionaryId, bool HasChecksum)
{
    /// <summary>The first four bytes of a frame.</summary>
    public const uint Magic = 0xFD2FB528;

    /// <summary>Reads a header.</summary>
    /// <returns>False if these bytes don't begin with one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ZstdFrameHeader header)
    {
        header = default;
        if (bytes.Length < 5 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            return false;
        }

        byte descriptor = bytes[4];
        bool singleSegment = (descriptor & 0x20) != 0;
        bool reserved = (descriptor & 0x08) != 0;
        int windowBytes = singleSegment ? 0 : 1;
        int dictionaryBytes = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        int contentBytes = (descriptor >> 6) switch { 0 => singleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        int length = 5 + windowBytes + dictionaryBytes + contentBytes;
        if (reserved || bytes.Length < length)
        {
            return false;
        }

        long content = ReadContentLength(bytes.Slice(length - contentBytes, contentBytes));
        if (content < -1)
        {
            return false;
        }

        header = new ZstdFrameHeader(
            length,
            content,
            singleSegment ? content : ReadWindowLength(bytes[5]),
            (uint)ReadNumber(bytes.Slice(5 + windowBytes, dictionaryBytes)),
            (descriptor & 0x04) != 0);
        return true;
    }

    private static long ReadContentLength(ReadOnlySpan<byte> field) => field.Length switch
    {
        0 => -1,
        2 => (long)ReadNumber(field) + 256,

        // Beyond 2^63 it turns negative and is refused.
        8 when ReadNumber(field) == ulong.MaxValue => long.MinValue,
        _ => (long)ReadNumber(field),
    };

    private static long ReadWindowLength(byte descriptor)
    {
        long power = 1L << (10 + (descriptor >> 3));
        return power + (power / 8 * (descriptor & 7));
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> field)
    {
        ulong number = 0;
        for (int i = field.Length - 1; i >= 0; i--)
        {
            number = (number << 8) | field[i];
        }

        return number;
    }
}
