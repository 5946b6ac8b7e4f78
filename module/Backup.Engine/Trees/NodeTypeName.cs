namespace Backup.Engine.Trees;

/// <summary>The names of node types in a tree.</summary>
internal static class NodeTypeName
{
    /// <summary>The name in UTF-8.</summary>
    public static ReadOnlySpan<byte> Of(NodeType type) => type switch
    {
        NodeType.File => "file"u8,
        NodeType.Directory => "dir"u8,
        NodeType.Symlink => "symlink"u8,
        NodeType.BlockDevice => "dev"u8,
        NodeType.CharacterDevice => "chardev"u8,
        NodeType.Fifo => "fifo"u8,
        NodeType.Socket => "socket"u8,
        NodeType.Irregular => "irregular"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of node."),
    };

    /// <summary>The type with this name, if there is one.</summary>
    public static bool TryFind(string name, out NodeType type)
    {
        (bool isKnown, type) = name switch
        {
            "file" => (true, NodeType.File),
            "dir" => (true, NodeType.Directory),
            "symlink" => (true, NodeType.Symlink),
            "dev" => (true, NodeType.BlockDevice),
            "chardev" => (true, NodeType.CharacterDevice),
            "fifo" => (true, NodeType.Fifo),
            "socket" => (true, NodeType.Socket),
            "irregular" => (true, NodeType.Irregular),
            _ => (false, NodeType.Irregular),
        };
        return isKnown;
    }
}
