using System.Buffers.Binary;
using Backup.Engine.Buffers;
using Backup.Engine.Crypto;
using Backup.Engine.Packs;

namespace Backup.Engine.Repositories;

/// <summary>
/// A pack that is being filled, in memory. Room is reserved under the owner's lock; then several threads seal their
/// blobs into their places at the same time, and the last one of a closed pack completes it.
/// </summary>
/// <remarks>Format: restic's design document, «Pack Format».</remarks>
internal sealed class OpenPack : IDisposable
{
    /// <summary>A pack that has more blobs is full, as small as they may be: it must fit into an index file.</summary>
    public const int MaxBlobs = 32 * 1024;

    private readonly PooledBuffer _bytes;
    private readonly List<PackedBlob> _blobs = [];
    private int _used;
    private int _unfinished = 1; // the open pack itself counts as one, until it is closed

    /// <summary>An empty pack with room for so many bytes of blobs, header included.</summary>
    public OpenPack(BlobType type, int capacity)
    {
        Type = type;
        _bytes = PooledBuffer.Rent(capacity);
    }

    /// <summary>What its blobs are: data and trees never share a pack.</summary>
    public BlobType Type { get; }

    /// <summary>Its blobs in the order of their offsets.</summary>
    public IReadOnlyList<PackedBlob> Blobs => _blobs;

    /// <summary>Bytes of the file if it were completed now.</summary>
    public int Size => SizeWith(_used, _blobs.Count);

    /// <summary>Whether a sealed blob of this length fits in.</summary>
    public bool HasRoomFor(int sealedLength) =>
        _blobs.Count < MaxBlobs && SizeWith((long)_used + sealedLength, _blobs.Count + 1) <= _bytes.Length;

    /// <summary>How many bytes a pack with one blob of this sealed length has.</summary>
    public static int SizeForOne(int sealedLength) => checked((int)SizeWith((long)sealedLength, 1));

    /// <summary>Reserves room. Only under the lock of the pack's owner.</summary>
    /// <returns>The blob with its place; fill it by <see cref="Place"/>, then call <see cref="Finish"/>.</returns>
    public PackedBlob Reserve(BlobId id, int sealedLength, int uncompressedLength)
    {
        var blob = new PackedBlob(Type, id, (uint)_used, (uint)sealedLength, (uint)uncompressedLength);
        _blobs.Add(blob);
        _used += sealedLength;
        Interlocked.Increment(ref _unfinished); // others finish their blobs outside of the lock
        return blob;
    }

    /// <summary>The reserved place of a blob.</summary>
    public Span<byte> Place(in PackedBlob blob) => _bytes.Span.Slice((int)blob.Offset, (int)blob.Length);

    /// <summary>
    /// Takes over the blobs of another pack, if they fit and neither is being filled just now. Only by who has taken both
    /// out of reach of others.
    /// </summary>
    /// <returns>Whether it did; the other one is disposed then.</returns>
    public bool TryAbsorb(OpenPack other, int target)
    {
        if (Volatile.Read(ref _unfinished) != 1 || Volatile.Read(ref other._unfinished) != 1
            || _blobs.Count + other._blobs.Count > MaxBlobs
            || SizeWith((long)_used + other._used, _blobs.Count + other._blobs.Count) > target)
        {
            return false;
        }

        other._bytes.Span[..other._used].CopyTo(_bytes.Span[_used..]);
        _blobs.AddRange(other._blobs.Select(blob => blob with { Offset = blob.Offset + (uint)_used }));
        _used += other._used;
        other.Dispose();
        return true;
    }

    /// <summary>One reserved place is filled, or (once) the pack is closed to further reservations.</summary>
    /// <returns>True for the one call that leaves nothing to be done: its caller completes the pack.</returns>
    public bool Finish() => Interlocked.Decrement(ref _unfinished) == 0;

    /// <summary>Appends the header, reads it back, and names the file.</summary>
    public PackId Complete(BlobCipher cipher)
    {
        int headerLength = PackHeader.EncodedLength(_blobs);
        using PooledBuffer header = PooledBuffer.Rent(headerLength);
        PackHeader.Encode(_blobs, header.Span);
        Span<byte> sealedHeader = _bytes.Span.Slice(_used, headerLength + BlobCipher.Overhead);
        cipher.Seal(header.Span, sealedHeader);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.Span[(_used + sealedHeader.Length)..], sealedHeader.Length);
        int size = _used + sealedHeader.Length + sizeof(int);

        using PooledBuffer readBack = PooledBuffer.Rent(headerLength);
        if (!cipher.TryOpen(sealedHeader, readBack.Span)
            || !PackHeader.Decode(readBack.Span, size).SequenceEqual(_blobs))
        {
            throw new RepositoryDamagedException(
                "The header of a new pack did not read back as it was written. The memory or processor of this machine is not reliable; the pack was not saved.");
        }

        _bytes.Truncate(size);
        return new PackId(Digest.Of(_bytes.Span));
    }

    /// <summary>The file's bytes, after <see cref="Complete"/>.</summary>
    public ReadOnlyMemory<byte> Content => _bytes.Memory;

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    private static int SizeWith(int used, int blobs) => (int)SizeWith((long)used, blobs);

    private static long SizeWith(long used, int blobs) =>
        used + ((long)blobs * PackHeader.CompressedEntryLength) + BlobCipher.Overhead + sizeof(int);
}
