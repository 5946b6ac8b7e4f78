namespace Backup.Engine.Sources;

/// <summary>The bits of Go's <c>fs.FileMode</c>, which is how a repository stores modes.</summary>
internal static class GoFileMode
{
    public const uint Directory = 1u << 31;
    public const uint Symlink = 1u << 27;
    public const uint Device = 1u << 26;
    public const uint NamedPipe = 1u << 25;
    public const uint Socket = 1u << 24;
    public const uint SetUid = 1u << 23;
    public const uint SetGid = 1u << 22;
    public const uint CharacterDevice = 1u << 21;
    public const uint Sticky = 1u << 20;
    public const uint Irregular = 1u << 19;

    private const uint Permissions = 0x1FF;

    /// <summary>Translates Unix's <c>st_mode</c>.</summary>
    public static uint FromUnix(uint mode, out NodeType type)
    {
        uint bits = mode & Permissions;
        (type, uint kind) = (mode & 0xF000) switch
        {
            0x8000 => (NodeType.File, 0u),
            0x4000 => (NodeType.Directory, Directory),
            0xA000 => (NodeType.Symlink, Symlink),
            0x6000 => (NodeType.BlockDevice, Device),
            0x2000 => (NodeType.CharacterDevice, Device | CharacterDevice),
            0x1000 => (NodeType.Fifo, NamedPipe),
            0xC000 => (NodeType.Socket, Socket),
            _ => (NodeType.Irregular, Irregular),
        };
        bits |= (mode & 0x800) != 0 ? SetUid : 0;
        bits |= (mode & 0x400) != 0 ? SetGid : 0;
        bits |= (mode & 0x200) != 0 ? Sticky : 0;
        return bits | kind;
    }
}
