using System.Runtime.InteropServices;

namespace Backup.Engine.Restoring.Targets;

/// <summary>
/// The system calls of a restore, as thin as can be: names are bytes that end with a zero, a negative result has its
/// reason in the last error.
/// </summary>
/// <remarks>
/// Those that older C libraries lack go through <c>syscall</c>, by number; they are declared with all six arguments,
/// which the assembly behind it takes from registers.
/// </remarks>
internal static unsafe partial class LinuxCalls
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;
    public const int CurrentDirectory = -100;
    public const int SymlinkNoFollow = 0x100;
    public const int RemoveDirectory = 0x200;
    public const int EmptyPath = 0x1000;
    public const uint BasicStats = 0x7FF;
    public const ulong FileClone = 0x40049409;
    public const uint RenameNoReplace = 1;

    private const string C = "libc";

    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    // Arm64, RISC-V and LoongArch share the generic numbers.
    private static readonly Numbers Number = IsX64
        ? new Numbers(Statx: 332, MakeNode: 259, Rename: 316, CopyRange: 326, ListDirectory: 217)
        : new Numbers(Statx: 291, MakeNode: 33, Rename: 276, CopyRange: 285, ListDirectory: 61);

    /// <summary>Whether the numbers and structures below are those of this machine.</summary>
    public static bool AreKnown { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 or Architecture.LoongArch64 or Architecture.RiscV64;

    /// <summary>To open only directories. The bit differs on Arm.</summary>
    public static int Directory { get; } = IsArm64 ? 0x4000 : 0x10000;

    /// <summary>Not to follow a link. The bit differs on Arm.</summary>
    public static int NoFollow { get; } = IsArm64 ? 0x8000 : 0x20000;

    /// <summary>Both.</summary>
    public static int DirectoryNoFollow { get; } = Directory | NoFollow;

    [LibraryImport(C, EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int directory, byte* path, int flags, uint mode);

    [LibraryImport(C, EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(LinuxHandle directory, byte* path, int flags, uint mode);

    [LibraryImport(C, EntryPoint = "close")]
    public static partial int Close(int file);

    [LibraryImport(C, EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(LinuxHandle file, byte* buffer, nuint length, long offset);

    [LibraryImport(C, EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(LinuxHandle file, byte* buffer, nuint length, long offset);

    [LibraryImport(C, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(LinuxHandle file, long length);

    [LibraryImport(C, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(LinuxHandle file, ulong request, nint argument);

    [LibraryImport(C, EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeDirectoryAt(LinuxHandle directory, byte* path, uint mode);

    [LibraryImport(C, EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int MakeSymlinkAt(byte* linkTarget, LinuxHandle directory, byte* path);

    [LibraryImport(C, EntryPoint = "linkat", SetLastError = true)]
    public static partial int LinkAt(LinuxHandle oldDirectory, byte* oldPath, LinuxHandle newDirectory, byte* newPath, int flags);

    [LibraryImport(C, EntryPoint = "renameat", SetLastError = true)]
    public static partial int RenameAt(LinuxHandle oldDirectory, byte* oldPath, LinuxHandle newDirectory, byte* newPath);

    [LibraryImport(C, EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(LinuxHandle directory, byte* path, int flags);

    [LibraryImport(C, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int SetMode(LinuxHandle file, uint mode);

    [LibraryImport(C, EntryPoint = "chmod", SetLastError = true)]
    public static partial int SetModeOf(byte* path, uint mode);

    [LibraryImport(C, EntryPoint = "fchownat", SetLastError = true)]
    public static partial int SetOwnerAt(LinuxHandle directory, byte* path, uint uid, uint gid, int flags);

    [LibraryImport(C, EntryPoint = "fchown", SetLastError = true)]
    public static partial int SetOwner(LinuxHandle file, uint uid, uint gid);

    [LibraryImport(C, EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(LinuxHandle file, TimeOfFile* times);

    [LibraryImport(C, EntryPoint = "utimensat", SetLastError = true)]
    public static partial int SetTimesAt(LinuxHandle directory, byte* path, TimeOfFile* times, int flags);

    [LibraryImport(C, EntryPoint = "flistxattr", SetLastError = true)]
    public static partial nint ListAttributes(LinuxHandle file, byte* buffer, nuint length);

    [LibraryImport(C, EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint GetAttribute(LinuxHandle file, byte* name, byte* buffer, nuint length);

    [LibraryImport(C, EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int SetAttribute(LinuxHandle file, byte* name, byte* buffer, nuint length, int flags);

    [LibraryImport(C, EntryPoint = "fremovexattr", SetLastError = true)]
    public static partial int RemoveAttribute(LinuxHandle file, byte* name);

    [LibraryImport(C, EntryPoint = "setxattr", SetLastError = true)]
    public static partial int SetAttributeOf(byte* path, byte* name, byte* buffer, nuint length, int flags);

    [LibraryImport(C, EntryPoint = "lsetxattr", SetLastError = true)]
    public static partial int SetAttributeOfLink(byte* path, byte* name, byte* buffer, nuint length, int flags);

    [LibraryImport(C, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>Metadata; a zero-length path means the handle itself.</summary>
    public static int Statx(LinuxHandle directory, byte* path, int flags, FileStatus* status) =>
        (int)Call(Number.Statx, directory, (nint)path, flags, (nint)BasicStats, (nint)status, 0);

    /// <summary>Makes a device node or a named pipe.</summary>
    public static int MakeNodeAt(LinuxHandle directory, byte* path, uint mode, uint device) =>
        (int)Call(Number.MakeNode, directory, (nint)path, (nint)mode, (nint)device, 0, 0);

    /// <summary>Renames, if there is nothing of the new name yet.</summary>
    public static int RenameToFreeNameAt(LinuxHandle directory, byte* path, LinuxHandle newDirectory, byte* newPath) =>
        (int)Call(Number.Rename, directory, (nint)path, newDirectory, (nint)newPath, (nint)RenameNoReplace);

    /// <summary>Copies within the kernel, moving both offsets on.</summary>
    public static nint CopyRange(LinuxHandle source, long* sourceOffset, LinuxHandle target, long* targetOffset, nuint length) =>
        Call(Number.CopyRange, source, (nint)sourceOffset, target, (nint)targetOffset, (nint)length, 0);

    /// <summary>Reads the next entries of a directory.</summary>
    public static nint ListDirectory(LinuxHandle directory, byte* buffer, nuint length) =>
        Call(Number.ListDirectory, directory, (nint)buffer, (nint)length, 0, 0, 0);

    [LibraryImport(C, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, LinuxHandle a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport(C, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, LinuxHandle a, nint b, LinuxHandle c, nint d, nint e, nint f);

    [LibraryImport(C, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, LinuxHandle a, nint b, LinuxHandle c, nint d, nint e);

    private sealed record Numbers(nint Statx, nint MakeNode, nint Rename, nint CopyRange, nint ListDirectory);

    /// <summary>The kernel's <c>timespec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct TimeOfFile(long Seconds, long Nanoseconds);

    /// <summary>The kernel's <c>statx</c>, which is the same on all processors.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public readonly struct FileStatus
    {
        public readonly uint Mask;
        public readonly uint BlockSize;
        public readonly ulong Attributes;
        public readonly uint Links;
        public readonly uint Uid;
        public readonly uint Gid;
        public readonly ushort Mode;
        public readonly ulong Inode;
        public readonly ulong Size;
        public readonly ulong Blocks;
        public readonly ulong AttributesMask;
        public readonly Time AccessTime;
        public readonly Time BirthTime;
        public readonly Time ChangeTime;
        public readonly Time ModTime;
        public readonly uint RealDeviceMajor;
        public readonly uint RealDeviceMinor;
        public readonly uint DeviceMajor;
        public readonly uint DeviceMinor;

        /// <summary>The kernel's <c>statx_timestamp</c>.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 16)]
        public readonly struct Time
        {
            public readonly long Seconds;
            public readonly uint Nanoseconds;
        }
    }
}
