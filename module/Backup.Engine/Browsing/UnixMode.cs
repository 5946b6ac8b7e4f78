namespace Backup.Engine.Browsing;

/// <summary>Modes as Unix has them, from those that a repository stores (Go's <c>fs.FileMode</c>).</summary>
internal static class UnixMode
{
    private const uint GoSetUid = 1 << 23;
    private const uint GoSetGid = 1 << 22;
    private const uint GoSticky = 1 << 20;

    /// <summary>The permissions with setuid, setgid and sticky: 0 … 07777.</summary>
    public static int PermissionsOf(uint goMode) =>
        (int)(goMode & 0x1FF)
        | ((goMode & GoSetUid) != 0 ? 0x800 : 0)
        | ((goMode & GoSetGid) != 0 ? 0x400 : 0)
        | ((goMode & GoSticky) != 0 ? 0x200 : 0);

    /// <summary>The bits that say what a file is (<c>S_IFMT</c>).</summary>
    public static int TypeOf(NodeType type) => type switch
    {
        NodeType.File => 0x8000,
        NodeType.Directory => 0x4000,
        NodeType.Symlink => 0xA000,
        NodeType.BlockDevice => 0x6000,
        NodeType.CharacterDevice => 0x2000,
        NodeType.Fifo => 0x1000,
        NodeType.Socket => 0xC000,
        _ => 0,
    };
}
