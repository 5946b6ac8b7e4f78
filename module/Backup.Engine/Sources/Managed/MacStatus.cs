using System.Runtime.InteropServices;

namespace Backup.Engine.Sources.Managed;

/// <summary>macOS's <c>struct stat</c> (with 64-bit inodes), for what .NET does not tell.</summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
internal unsafe partial struct MacStatus
{
    private const int NoEntry = 2;
    private const int NotPermitted = 1;
    private const int NoAccess = 13;

    [FieldOffset(0)]
    private readonly int _device;

    [FieldOffset(4)]
    private readonly ushort _mode;

    [FieldOffset(6)]
    private readonly ushort _links;

    [FieldOffset(8)]
    private readonly ulong _inode;

    [FieldOffset(16)]
    private readonly uint _uid;

    [FieldOffset(20)]
    private readonly uint _gid;

    [FieldOffset(24)]
    private readonly int _rawDevice;

    [FieldOffset(32)]
    private readonly MacTime _accessTime;

    [FieldOffset(48)]
    private readonly MacTime _modTime;

    [FieldOffset(64)]
    private readonly MacTime _changeTime;

    [FieldOffset(96)]
    private readonly long _size;

    /// <summary>The status of what is at a path. Links are not followed.</summary>
    public static FileStatus Read(string path)
    {
        byte[] bytes = [.. FileName.Encode(path), 0];
        fixed (byte* start = bytes)
        {
            MacStatus status;
            int result = RuntimeInformation.ProcessArchitecture == Architecture.X64
                ? ReadStatusOnX64(start, &status)
                : ReadStatusOnArm(start, &status);
            return result == 0 ? status.ToStatus() : throw Error(Marshal.GetLastPInvokeError(), path);
        }
    }

    private static Exception Error(int error, string path)
    {
        string message = $"Can't look at {path}: {Marshal.GetPInvokeErrorMessage(error)}.";
        return error switch
        {
            NoEntry => new FileNotFoundException(message, path),
            NotPermitted or NoAccess => new UnauthorizedAccessException(message),
            _ => new IOException(message, error),
        };
    }

    [LibraryImport("libc", EntryPoint = "lstat$INODE64", SetLastError = true)]
    private static partial int ReadStatusOnX64(byte* path, MacStatus* status);

    [LibraryImport("libc", EntryPoint = "lstat", SetLastError = true)]
    private static partial int ReadStatusOnArm(byte* path, MacStatus* status);

    private readonly FileStatus ToStatus() => new()
    {
        Mode = GoFileMode.FromUnix(_mode, out NodeType type),
        Type = type,
        Uid = _uid,
        Gid = _gid,
        DeviceId = (ulong)_device,
        Inode = _inode,
        Links = _links,
        Device = (ulong)_rawDevice,
        Size = _size,
        ModTime = _modTime.ToUnixTime(),
        AccessTime = _accessTime.ToUnixTime(),
        ChangeTime = _changeTime.ToUnixTime(),
    };

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MacTime
    {
        private readonly long _seconds;
        private readonly long _nanoseconds;

        public UnixTime ToUnixTime() => new(_seconds, (int)_nanoseconds);
    }
}
