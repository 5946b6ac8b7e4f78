using System.Buffers.Binary;
using System.Security.Cryptography;
using Backup.Engine.Packs;

namespace Backup.Engine.Maintenance;

/// <summary>What the index files say of a pack.</summary>
internal sealed class PackFacts
{
    private readonly Digest _blobs;
    private List<Digest> _indexes;

    /// <summary>Takes what the first of them says.</summary>
    public PackFacts(Digest index, ReadOnlySpan<PackedBlob> blobs)
    {
        _indexes = [index];
        _blobs = DigestOf(blobs);
        Size = SizeOf(blobs);
        foreach (ref readonly PackedBlob blob in blobs)
        {
            HasData |= blob.Type == BlobType.Data;
            HasTrees |= blob.Type == BlobType.Tree;
        }
    }

    /// <summary>How long the file is, if the first index file knows all of its blobs.</summary>
    public long Size { get; }

    /// <summary>Whether it has data blobs.</summary>
    public bool HasData { get; private set; }

    /// <summary>Whether it has trees.</summary>
    public bool HasTrees { get; private set; }

    /// <summary>Whether index files disagree.</summary>
    public bool IsContradictory { get; private set; }

    /// <summary>The index files that list it.</summary>
    public IReadOnlyList<Digest> Indexes => _indexes;

    /// <summary>The file's size as the backend lists it; -1 if it does not.</summary>
    public long ListedSize { get; set; } = -1;

    /// <summary>Takes what another index file says.</summary>
    public void Add(Digest index, ReadOnlySpan<PackedBlob> blobs)
    {
        _indexes = [.. _indexes, index];
        IsContradictory |= DigestOf(blobs) != _blobs;
    }

    /// <summary>Bytes of a pack with these blobs.</summary>
    private static long SizeOf(ReadOnlySpan<PackedBlob> blobs)
    {
        long size = PackedBlob.SealedOverhead + PackHeader.LengthFieldLength;
        foreach (ref readonly PackedBlob blob in blobs)
        {
            size += blob.Length + (blob.IsCompressed ? PackHeader.CompressedEntryLength : PackHeader.EntryLength);
        }

        return size;
    }

    /// <summary>The same for the same blobs in any order.</summary>
    private static Digest DigestOf(ReadOnlySpan<PackedBlob> blobs)
    {
        PackedBlob[] sorted = blobs.ToArray();
        Array.Sort(sorted, PackOrder.Compare);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> entry = stackalloc byte[1 + (3 * sizeof(uint)) + Digest.Length];
        foreach (ref readonly PackedBlob blob in sorted.AsSpan())
        {
            entry[0] = (byte)blob.Type;
            BinaryPrimitives.WriteUInt32LittleEndian(entry[1..], blob.Offset);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[5..], blob.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[9..], blob.UncompressedLength);
            blob.Id.Hash.CopyTo(entry[13..]);
            hash.AppendData(entry);
        }

        Span<byte> digest = stackalloc byte[Digest.Length];
        hash.GetHashAndReset(digest);
        return new Digest(digest);
    }
}
