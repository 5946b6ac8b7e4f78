using System.Buffers.Binary;

namespace Backup.Engine.Compression;

/// <summary>
/// Decodes zstd frames without any library: slower, but a restore never waits for a missing one. Not thread-safe; reusable,
/// without allocating.
/// </summary>
/// <remarks>RFC 8878, but for dictionaries, which no repository uses.</remarks>
internal sealed class ManagedZstdDecoder
{
    private readonly ZstdBlockDecoder _blocks = new();

    /// <summary>Decodes one or more whole frames.</summary>
    /// <param name="source">The frames; skippable ones are skipped.</param>
    /// <param name="room">Gets their content; it may be larger, and what is behind the content is undefined.</param>
    /// <returns>How many bytes the frames hold.</returns>
    /// <exception cref="InvalidDataException">These are no frames, they are damaged, or hold more than there is room for.</exception>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> room)
    {
        int written = 0;
        while (!source.IsEmpty)
        {
            int skippable = ZstdFrames.SkippableLength(source);
            if (skippable > 0)
            {
                source = source[skippable..];
                continue;
            }

            ZstdFrameHeader header = ZstdFrames.ReadHeader(source);
            source = source[header.Length..];
            int length = DecodeBlocks(header, ref source, room[written..]);
            ReadOnlySpan<byte> content = room.Slice(written, length);
            if (header.ContentLength >= 0 && header.ContentLength != length)
            {
                throw ZstdFault.Because($"they hold {length:N0} bytes, not {header.ContentLength:N0}");
            }

            if (header.HasChecksum)
            {
                CheckSum(content, ref source);
            }

            written += length;
        }

        return written;
    }

    private static void CheckSum(ReadOnlySpan<byte> content, ref ReadOnlySpan<byte> source)
    {
        if (source.Length < sizeof(uint))
        {
            throw ZstdFault.Because("they are cut short");
        }

        if ((uint)XxHash64.Of(content) != BinaryPrimitives.ReadUInt32LittleEndian(source))
        {
            throw ZstdFault.Because("their checksum is another");
        }

        source = source[sizeof(uint)..];
    }

    private int DecodeBlocks(ZstdFrameHeader header, ref ReadOnlySpan<byte> source, Span<byte> room)
    {
        _blocks.Start();
        int maxBlockLength = (int)Math.Min(header.WindowLength, ZstdBlockDecoder.MaxLength);
        int length = 0;
        ZstdBlockHeader block;
        do
        {
            block = ZstdFrames.ReadBlockHeader(source, maxBlockLength);
            ReadOnlySpan<byte> bytes = source.Slice(ZstdBlockHeader.Length, block.StoredLength);
            source = source[(ZstdBlockHeader.Length + block.StoredLength)..];
            if (block.Type != ZstdBlockType.Compressed && block.Size > room.Length - length)
            {
                throw ZstdFault.Because($"they hold more than the {room.Length:N0} bytes that there is room for");
            }

            switch (block.Type)
            {
                case ZstdBlockType.Raw:
                    bytes.CopyTo(room[length..]);
                    length += block.Size;
                    break;
                case ZstdBlockType.Repeated:
                    room.Slice(length, block.Size).Fill(bytes[0]);
                    length += block.Size;
                    break;
                default:
                    length = _blocks.Decode(bytes, room, length, maxBlockLength);
                    break;
            }
        }
        while (!block.IsLast);

        return length;
    }
}
