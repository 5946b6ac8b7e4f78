using System.Runtime.InteropServices;

namespace Backup.Engine.Sources.Linux;

/// <summary><c>struct statx</c>: the same on all architectures.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatXBuffer
{
    [FieldOffset(16)]
    public uint Links;

    [FieldOffset(20)]
    public uint Uid;

    [FieldOffset(24)]
    public uint Gid;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(64)]
    public StatXTime AccessTime;

    [FieldOffset(96)]
    public StatXTime ChangeTime;

    [FieldOffset(112)]
    public StatXTime ModTime;

    [FieldOffset(128)]
    public uint DeviceMajor;

    [FieldOffset(132)]
    public uint DeviceMinor;

    [FieldOffset(136)]
    public uint FileSystemMajor;

    [FieldOffset(140)]
    public uint FileSystemMinor;

    /// <summary>In the engine's terms.</summary>
    public readonly FileStatus ToStatus() => new()
    {
        Mode = GoFileMode.FromUnix(Mode, out NodeType type),
        Type = type,
        Uid = Uid,
        Gid = Gid,
        DeviceId = Number(FileSystemMajor, FileSystemMinor),
        Inode = Inode,
        Links = Links,
        Device = Number(DeviceMajor, DeviceMinor),
        Size = (long)Size,
        ModTime = ModTime.ToUnixTime(),
        AccessTime = AccessTime.ToUnixTime(),
        ChangeTime = ChangeTime.ToUnixTime(),
    };

    // As the C library's makedev, which is what st_dev and st_rdev hold.
    private static ulong Number(uint major, uint minor) =>
        (minor & 0xFFul) | ((major & 0xFFFul) << 8) | ((minor & 0xFFFF_FF00ul) << 12) | ((major & 0xFFFF_F000ul) << 32);
}
