using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Backup.TestKit.Files;

/// <summary>
/// The system calls that <see cref="PosixFolder"/> makes: names are bytes, relative to an open folder. The engine has
/// its own; what judges the engine does not lean on it.
/// </summary>
internal static partial class PosixCalls
{
    public const int CurrentFolder = -100; // AT_FDCWD
    public const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    public const int RemoveFolder = 0x200; // AT_REMOVEDIR

    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const uint StatxBasicStats = 0x7ff;

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int NoFollowOnOpen = IsArm ? 0x8000 : 0x20000;
    private static readonly int FolderOnly = IsArm ? 0x4000 : 0x10000;

    public static SafeFileHandle OpenFolder(int folder, byte[] name) => Open(folder, name, ReadOnly | FolderOnly | NoFollowOnOpen);

    public static SafeFileHandle OpenForReading(int folder, byte[] name) => Open(folder, name, ReadOnly | NoFollowOnOpen);

    public static SafeFileHandle CreateFile(int folder, byte[] name) =>
        Open(folder, name, WriteOnly | Create | Exclusive | NoFollowOnOpen);

    public static SafeFileHandle OpenForWriting(int folder, byte[] name) => Open(folder, name, WriteOnly | NoFollowOnOpen);

    public static PosixStat Stat(int folder, byte[] name)
    {
        byte[] buffer = new byte[256];
        Check(statx(folder, name, NoFollow, StatxBasicStats, buffer), name);
        return PosixStat.Parse(buffer);
    }

    /// <summary>Throws what the last call left in errno if it failed.</summary>
    public static void Check(long result, byte[] name)
    {
        if (result < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new IOException($"{Backup.Engine.FileName.Decode(name.AsSpan().TrimEnd((byte)0))}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mkdirat(int folder, byte[] name, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mknodat(int folder, byte[] name, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int symlinkat(byte[] target, int folder, byte[] name);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int linkat(int oldFolder, byte[] oldName, int newFolder, byte[] newName, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlinkat(int folder, byte[] name, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int renameat(int oldFolder, byte[] oldName, int newFolder, byte[] newName);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmodat(int folder, byte[] name, uint mode, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchownat(int folder, byte[] name, uint owner, uint group, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int utimensat(int folder, byte[] name, long[] times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint readlinkat(int folder, byte[] name, byte[] buffer, nint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint getdents64(int folder, byte[] buffer, nint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint lseek(int file, nint offset, int origin);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int lsetxattr(byte[] path, byte[] name, byte[] value, nint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint lgetxattr(byte[] path, byte[] name, byte[]? value, nint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint llistxattr(byte[] path, byte[]? list, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(int folder, byte[] name, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int folder, byte[] name, int flags, uint mask, byte[] buffer);

    private static SafeFileHandle Open(int folder, byte[] name, int flags)
    {
        int file = openat(folder, name, flags | CloseOnExec, 0x180 /* 0600 */);
        Check(file, name);
        return new SafeFileHandle(file, ownsHandle: true);
    }
}
