using System.Runtime.InteropServices;

namespace Backup.Engine.Sources.Linux;

/// <summary>
/// The system calls. Those that not every C library has go through <c>syscall</c> by number; all others are in both glibc
/// and musl. Paths are zero-terminated bytes.
/// </summary>
internal static unsafe partial class LinuxCalls
{
    public const int CurrentDirectory = -100; // AT_FDCWD

    public const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    public const int NoAutomount = 0x800;
    public const int EmptyPath = 0x1000;

    public const int OpenNonBlocking = 0x800;
    public const int OpenNoAccessTime = 0x4_0000;
    public const int OpenCloseOnExec = 0x8_0000;
    public const int OpenPath = 0x20_0000;

    private const int BasicStatus = 0x7FF; // STATX_BASIC_STATS

    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    // Arm64, RISC-V and LoongArch share the generic numbers. The last ones are the same everywhere.
    private static readonly nint StatXNumber = IsX64 ? 332 : 291;
    private static readonly nint GetDirectoryEntriesNumber = IsX64 ? 217 : 61;
    private static readonly nint GetAttributeAtNumber = 464;
    private static readonly nint ListAttributesAtNumber = 465;

    /// <summary>Whether the numbers are known for this machine.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 or Architecture.LoongArch64 or Architecture.RiscV64;

    /// <summary>O_DIRECTORY, whose bit differs on Arm.</summary>
    public static int OpenDirectory { get; } = IsArm64 ? 0x4000 : 0x1_0000;

    /// <summary>O_NOFOLLOW, whose bit differs on Arm.</summary>
    public static int OpenNoFollow { get; } = IsArm64 ? 0x8000 : 0x2_0000;

    private static bool IsArm64 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>statx: 0 or -1.</summary>
    public static int StatX(int directory, byte* path, int flags, StatXBuffer* buffer) =>
        (int)StatXCall(StatXNumber, directory, path, flags, BasicStatus, buffer);

    /// <summary>getdents64: bytes written, 0 at the end, -1.</summary>
    public static int GetDirectoryEntries(int directory, byte* buffer, int length) =>
        (int)GetDirectoryEntriesCall(GetDirectoryEntriesNumber, directory, buffer, length);

    /// <summary>listxattrat (Linux 6.13): length of the list, or -1.</summary>
    public static int ListAttributesAt(int directory, byte* path, int flags, byte* list, int length) =>
        (int)ListAttributesAtCall(ListAttributesAtNumber, directory, path, flags, list, length);

    /// <summary>getxattrat (Linux 6.13): length of the value, or -1.</summary>
    public static int GetAttributeAt(int directory, byte* path, int flags, byte* name, byte* value, int length)
    {
        var arguments = new AttributeArguments { Value = (ulong)value, Size = (uint)length };
        return (int)GetAttributeAtCall(GetAttributeAtNumber, directory, path, flags, name, &arguments, sizeof(AttributeArguments));
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int directory, byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(int directory, byte* path, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "llistxattr", SetLastError = true)]
    public static partial nint ListAttributes(byte* path, byte* list, nint length);

    [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true)]
    public static partial nint GetAttribute(byte* path, byte* name, byte* value, nint length);

    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    public static partial nint ListAttributesOfHandle(int handle, byte* list, nint length);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint GetAttributeOfHandle(int handle, byte* name, byte* value, nint length);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int Advise(int handle, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "getcwd", SetLastError = true)]
    public static partial byte* GetWorkingDirectory(byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint StatXCall(nint number, nint directory, byte* path, nint flags, nint mask, StatXBuffer* buffer);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint GetDirectoryEntriesCall(nint number, nint directory, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint ListAttributesAtCall(nint number, nint directory, byte* path, nint flags, byte* list, nint length);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint GetAttributeAtCall(
        nint number, nint directory, byte* path, nint flags, byte* name, AttributeArguments* arguments, nint length);

    /// <summary><c>struct xattr_args</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct AttributeArguments
    {
        [FieldOffset(0)]
        public ulong Value;

        [FieldOffset(8)]
        public uint Size;

        [FieldOffset(12)]
        public uint Flags;
    }
}
