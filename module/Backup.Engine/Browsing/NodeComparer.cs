namespace Backup.Engine.Browsing;

/// <summary>Compares nodes as restic does: times as instants, extended attributes in any order.</summary>
internal static class NodeComparer
{
    /// <summary>Whether the data blobs are the same, in number and order.</summary>
    public static bool HaveSameContent(Node left, Node right) =>
        left.Content is null || right.Content is null
            ? left.Content is null && right.Content is null
            : left.Content.SequenceEqual(right.Content);

    /// <summary>Whether everything but content and subtree is the same.</summary>
    public static bool HaveSameMetadata(Node left, Node right) =>
        left.Name == right.Name
        && left.Type == right.Type
        && left.Mode == right.Mode
        && left.ModTime.IsSameInstant(right.ModTime)
        && left.AccessTime.IsSameInstant(right.AccessTime)
        && left.ChangeTime.IsSameInstant(right.ChangeTime)
        && (left.Uid, left.Gid, left.User, left.Group) == (right.Uid, right.Gid, right.User, right.Group)
        && (left.Inode, left.DeviceId, left.Size, left.Links) == (right.Inode, right.DeviceId, right.Size, right.Links)
        && (left.LinkTarget, left.Device, left.Error) == (right.LinkTarget, right.Device, right.Error)
        && HaveSameExtendedAttributes(left.ExtendedAttributes, right.ExtendedAttributes)
        && HaveSameGenericAttributes(left.GenericAttributes, right.GenericAttributes);

    /// <summary>
    /// Whether all metadata that a restore brings back are the same. Times of folders don't count: they change with what is
    /// in them, which is compared by itself.
    /// </summary>
    public static bool HaveSameRestoredMetadata(Node left, Node right) =>
        left.Type == right.Type
        && left.Mode == right.Mode
        && (left.Type == NodeType.Directory || left.ModTime.IsSameInstant(right.ModTime))
        && (left.Uid, left.Gid, left.User, left.Group) == (right.Uid, right.Gid, right.User, right.Group)
        && HaveSameExtendedAttributes(left.ExtendedAttributes, right.ExtendedAttributes)
        && HaveSameGenericAttributes(left.GenericAttributes, right.GenericAttributes);

    private static bool HaveSameExtendedAttributes(
        IReadOnlyList<ExtendedAttribute> left, IReadOnlyList<ExtendedAttribute> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        return left.Count == 0 || left.OrderBy(a => a.Name, StringComparer.Ordinal).Zip(
            right.OrderBy(a => a.Name, StringComparer.Ordinal),
            (a, b) => a.Name == b.Name && a.Value.Span.SequenceEqual(b.Value.Span)).All(same => same);
    }

    private static bool HaveSameGenericAttributes(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? left, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? right)
    {
        if ((left?.Count ?? 0) != (right?.Count ?? 0))
        {
            return false;
        }

        return left is null || right is null || left.All(
            pair => right.TryGetValue(pair.Key, out ReadOnlyMemory<byte> value) && value.Span.SequenceEqual(pair.Value.Span));
    }
}
