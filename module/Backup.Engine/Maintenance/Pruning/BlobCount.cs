namespace Backup.Engine.Maintenance.Pruning;

/// <summary>A number of blobs and the bytes that they take in packs.</summary>
/// <param name="Blobs">How many.</param>
/// <param name="Bytes">Their bytes.</param>
internal readonly record struct BlobCount(int Blobs, long Bytes)
{
    public static BlobCount operator +(BlobCount left, BlobCount right) =>
        new(left.Blobs + right.Blobs, left.Bytes + right.Bytes);

    public static BlobCount operator -(BlobCount left, BlobCount right) =>
        new(left.Blobs - right.Blobs, left.Bytes - right.Bytes);
}
