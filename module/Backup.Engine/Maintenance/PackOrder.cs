using Backup.Engine.Packs;

namespace Backup.Engine.Maintenance;

/// <summary>Orders the blobs of a pack as they lie in it.</summary>
internal static class PackOrder
{
    /// <summary>By offset, then by whatever else tells two blobs apart that claim the same place.</summary>
    public static int Compare(PackedBlob left, PackedBlob right)
    {
        int order = left.Offset.CompareTo(right.Offset);
        order = order != 0 ? order : left.Length.CompareTo(right.Length);
        order = order != 0 ? order : left.Type.CompareTo(right.Type);
        order = order != 0 ? order : left.UncompressedLength.CompareTo(right.UncompressedLength);
        return order != 0 ? order : left.Id.Hash.CompareTo(right.Id.Hash);
    }
}
