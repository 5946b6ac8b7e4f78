using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Storage.Local;

/// <summary>What a safe store needs of Linux and macOS and .NET does not offer. Errors come as .NET's own would.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class UnixCalls
{
    private const int AtCurrentFolder = -100;
    private const uint RenameNoReplace = 1;

    private const int Eperm = 1;
    private const int Enoent = 2;
    private const int Eintr = 4;
    private const int Eacces = 13;
    private const int Eexist = 17;
    private const int Enotdir = 20;
    private const int Einval = 22;
    private const int Enotty = 25;
    private const int Emlink = 31;

    private static readonly int OpenFlags = OperatingSystem.IsMacOS() ? 0x0100_0004 : 0x8_0800; // O_CLOEXEC | O_NONBLOCK
    private static readonly int Enosys = OperatingSystem.IsMacOS() ? 78 : 38;
    private static readonly int Enotsup = OperatingSystem.IsMacOS() ? 45 : 95;
    private static readonly int Eopnotsupp = OperatingSystem.IsMacOS() ? 102 : 95;

    /// <summary>Opens a file to read it. A pipe does not block, as it would with .NET: nobody may hang us with one.</summary>
    public static SafeFileHandle OpenForReading(string path)
    {
        while (true)
        {
            int descriptor = Open(path, OpenFlags);
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Eintr)
            {
                throw ToException(error, path);
            }
        }
    }

    /// <summary>Makes a folder's entries durable. Some file systems can't, and there is nothing to be done about it.</summary>
    public static void SyncFolder(string path)
    {
        using SafeFileHandle folder = OpenForReading(path);
        while (Fsync(folder) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Eintr)
            {
                continue;
            }

            if (error is Einval or Enoent or Enotty || error == Enotsup || error == Eopnotsupp)
            {
                return; // network file systems and FAT; what they keep, they keep without it
            }

            throw ToException(error, path);
        }
    }

    /// <summary>Gives a file its name.</summary>
    /// <returns>False if something has this name already; then nothing is changed.</returns>
    public static bool TryMove(string from, string to)
    {
        return (OperatingSystem.IsLinux() ? TryRenameAtOnce(from, to) : null) ?? TryMoveByLink(from, to);
    }

    /// <summary>Does the same where renaming always replaces.</summary>
    internal static bool TryMoveByLink(string from, string to)
    {
        if (Link(from, to) == 0)
        {
            _ = Unlink(from); // if it stays, it is a second name that listings pass over
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error == Eexist)
        {
            return false;
        }

        if (error is not (Eperm or Emlink) && error != Enosys && error != Enotsup && error != Eopnotsupp)
        {
            throw ToException(error, from);
        }

        // A file system with neither (FAT through FUSE): two who save the same name at once both win, as with restic.
        // Their contents are the same, since the name is the content's hash.
        if (Path.Exists(to))
        {
            return false;
        }

        File.Move(from, to, overwrite: true);
        return true;
    }

    /// <summary>Null if the kernel, the C library or the file system has no such call.</summary>
    private static bool? TryRenameAtOnce(string from, string to)
    {
        try
        {
            if (RenameAt2(AtCurrentFolder, from, AtCurrentFolder, to, RenameNoReplace) == 0)
            {
                return true;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null; // an old musl
        }

        int error = Marshal.GetLastPInvokeError();
        if (error == Eexist)
        {
            return false;
        }

        return error == Einval || error == Enosys || error == Enotsup ? null : throw ToException(error, from);
    }

    private static Exception ToException(int error, string path)
    {
        string message = $"{Marshal.GetPInvokeErrorMessage(error)} ({path})";
        return error switch
        {
            Enoent => new FileNotFoundException(message, path),
            Enotdir => new DirectoryNotFoundException(message),
            Eacces or Eperm => new UnauthorizedAccessException(message),
            _ => new IOException(message, error),
        };
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "unlink", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);
}
