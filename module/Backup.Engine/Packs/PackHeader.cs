using System.Buffers.Binary;

namespace Backup.Engine.Packs;

/// <summary>
/// The list of blobs at the end of a pack file, before it is sealed. After the sealed list the file ends with its
/// length in four bytes.
/// </summary>
/// <remarks>Format: restic design document, «Pack Format».</remarks>
internal static class PackHeader
{
    /// <summary>Bytes of a blob's entry if the blob is not compressed.</summary>
    public const int EntryLength = 1 + sizeof(uint) + Digest.Length;

    /// <summary>Bytes of a blob's entry if the blob is compressed.</summary>
    public const int CompressedEntryLength = EntryLength + sizeof(uint);

    /// <summary>Bytes of the length at the very end of a pack file.</summary>
    public const int LengthFieldLength = sizeof(uint);

    /// <summary>The largest sealed header, which restic refuses to exceed when it reads.</summary>
    public const int MaxSealedLength = 16 * 1024 * 1024;

    /// <summary>A pack with as many blobs can't take another one, whatever they are.</summary>
    public const int MaxBlobs = (MaxSealedLength - PackedBlob.SealedOverhead) / CompressedEntryLength;

    private const byte CompressedFlag = 2;

    /// <summary>How many bytes <see cref="Encode"/> writes.</summary>
    public static int EncodedLength(IReadOnlyList<PackedBlob> blobs)
    {
        long length = 0;
        for (int i = 0; i < blobs.Count; i++)
        {
            length += blobs[i].IsCompressed ? CompressedEntryLength : EntryLength;
        }

        return checked((int)length);
    }

    /// <summary>Writes the header's plaintext.</summary>
    /// <param name="blobs">All blobs of the pack: the first begins at 0, each other where the one before ends.</param>
    /// <param name="destination">At least <see cref="EncodedLength"/> bytes.</param>
    /// <exception cref="ArgumentException">There is a gap between the blobs, or one is too short.</exception>
    public static void Encode(IReadOnlyList<PackedBlob> blobs, Span<byte> destination)
    {
        long offset = 0;
        for (int i = 0; i < blobs.Count; i++)
        {
            PackedBlob blob = blobs[i];
            if (blob.Offset != offset || blob.Length < PackedBlob.SealedOverhead)
            {
                throw new ArgumentException(
                    $"Blob {blob.Id} at {blob.Offset} with {blob.Length} bytes can't follow those that end at {offset}.",
                    nameof(blobs));
            }

            destination[0] = (byte)((byte)blob.Type | (blob.IsCompressed ? CompressedFlag : 0));
            BinaryPrimitives.WriteUInt32LittleEndian(destination[1..], blob.Length);
            destination = destination[(1 + sizeof(uint))..];
            if (blob.IsCompressed)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(destination, blob.UncompressedLength);
                destination = destination[sizeof(uint)..];
            }

            blob.Id.Hash.CopyTo(destination);
            destination = destination[Digest.Length..];
            offset += blob.Length;
        }
    }

    /// <summary>Reads the header's plaintext.</summary>
    /// <param name="plaintextHeader">The opened header.</param>
    /// <param name="packLength">Bytes of the whole pack file, which blobs and header have to fill.</param>
    /// <returns>The blobs in the order of their offsets.</returns>
    /// <exception cref="RepositoryDamagedException">The header makes no sense, or describes another pack.</exception>
    public static List<PackedBlob> Decode(ReadOnlySpan<byte> plaintextHeader, long packLength)
    {
        long blobsEnd = packLength - LengthFieldLength - PackedBlob.SealedOverhead - plaintextHeader.Length;
        var blobs = new List<PackedBlob>(plaintextHeader.Length / EntryLength);
        long offset = 0;
        ReadOnlySpan<byte> rest = plaintextHeader;
        while (!rest.IsEmpty)
        {
            PackedBlob blob = DecodeEntry(ref rest, (uint)offset);
            offset += blob.Length;
            if (offset > blobsEnd || offset > uint.MaxValue)
            {
                throw Damaged($"blob {blob.Id} ends at {offset:N0}, the blobs' part of the pack at {blobsEnd:N0}");
            }

            blobs.Add(blob);
        }

        return offset == blobsEnd
            ? blobs
            : throw Damaged($"its blobs end at {offset:N0}, the blobs' part of the pack at {blobsEnd:N0}");
    }

    private static PackedBlob DecodeEntry(ref ReadOnlySpan<byte> rest, uint offset)
    {
        byte kind = rest[0];
        if (kind > 3)
        {
            throw Damaged($"{kind} is not a type of blob");
        }

        bool isCompressed = (kind & CompressedFlag) != 0;
        int entryLength = isCompressed ? CompressedEntryLength : EntryLength;
        if (rest.Length < entryLength)
        {
            throw Damaged($"its last entry has {rest.Length} bytes instead of {entryLength}");
        }

        ReadOnlySpan<byte> entry = rest[1..entryLength];
        rest = rest[entryLength..];
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        uint uncompressedLength = isCompressed ? BinaryPrimitives.ReadUInt32LittleEndian(entry[sizeof(uint)..]) : 0;
        var id = new BlobId(new Digest(entry[^Digest.Length..]));
        if (length < PackedBlob.SealedOverhead || (isCompressed && uncompressedLength == 0))
        {
            throw Damaged($"blob {id} is said to have {length} bytes, {uncompressedLength} uncompressed");
        }

        return new PackedBlob((BlobType)(kind & 1), id, offset, length, uncompressedLength);
    }

    private static RepositoryDamagedException Damaged(string detail) =>
        new($"A pack's header is damaged: {detail}. Run a check to see what depends on the pack, then repair the index.");
}
