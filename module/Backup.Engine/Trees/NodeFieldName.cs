namespace Backup.Engine.Trees;

/// <summary>Recognises the names of a node's fields.</summary>
internal static class NodeFieldName
{
    /// <summary>The field with this name.</summary>
    public static NodeField Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 => name.SequenceEqual("uid"u8) ? NodeField.Uid
            : name.SequenceEqual("gid"u8) ? NodeField.Gid
            : NodeField.Unknown,
        4 => FindOfFour(name),
        5 => FindOfFive(name),
        6 => name.SequenceEqual("device"u8) ? NodeField.Device : NodeField.Unknown,
        7 => name.SequenceEqual("content"u8) ? NodeField.Content
            : name.SequenceEqual("subtree"u8) ? NodeField.Subtree
            : NodeField.Unknown,
        _ => FindLong(name),
    };

    private static NodeField FindOfFour(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("name"u8) ? NodeField.Name
        : name.SequenceEqual("type"u8) ? NodeField.Type
        : name.SequenceEqual("mode"u8) ? NodeField.Mode
        : name.SequenceEqual("user"u8) ? NodeField.User
        : name.SequenceEqual("size"u8) ? NodeField.Size
        : NodeField.Unknown;

    private static NodeField FindOfFive(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("mtime"u8) ? NodeField.ModTime
        : name.SequenceEqual("atime"u8) ? NodeField.AccessTime
        : name.SequenceEqual("ctime"u8) ? NodeField.ChangeTime
        : name.SequenceEqual("group"u8) ? NodeField.Group
        : name.SequenceEqual("inode"u8) ? NodeField.Inode
        : name.SequenceEqual("links"u8) ? NodeField.Links
        : name.SequenceEqual("error"u8) ? NodeField.Error
        : NodeField.Unknown;

    private static NodeField FindLong(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("device_id"u8) ? NodeField.DeviceId
        : name.SequenceEqual("linktarget"u8) ? NodeField.LinkTarget
        : name.SequenceEqual("linktarget_raw"u8) ? NodeField.LinkTargetRaw
        : name.SequenceEqual("extended_attributes"u8) ? NodeField.ExtendedAttributes
        : name.SequenceEqual("generic_attributes"u8) ? NodeField.GenericAttributes
        : NodeField.Unknown;
}
