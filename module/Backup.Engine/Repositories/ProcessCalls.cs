using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Backup.Engine.Repositories;

/// <summary>Asks the operating system about processes.</summary>
internal static partial class ProcessCalls
{
    private const int Esrch = 3;

    /// <summary>Whether there is a process of this number, as far as this process can see.</summary>
    public static bool Exists(int pid)
    {
        if (pid <= 0)
        {
            return true; // no number of a process: there is nothing to learn about it
        }

        if (OperatingSystem.IsWindows())
        {
            try
            {
                using var process = Process.GetProcessById(pid);
                return !process.HasExited;
            }
            catch (ArgumentException)
            {
                return false;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return true; // it is there, but not ours to look at
            }
        }

        // Signal 0 only asks. Not allowed to signal it, or any other answer but «no such process»: there is one.
        return Kill(pid, 0) == 0 || Marshal.GetLastPInvokeError() != Esrch;
    }

    /// <summary>The number of the user that runs this process.</summary>
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "getuid")]
    public static partial uint GetUid();

    /// <summary>The number of the group of the user that runs this process.</summary>
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "getgid")]
    public static partial uint GetGid();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
