using System.Runtime.InteropServices;

namespace Backup.Engine.Buffers;

/// <summary>What only the system can do for memory.</summary>
internal static partial class MemoryPages
{
    private const int DontNeed = 4; // MADV_DONTNEED

    /// <summary>
    /// Gives the memory behind an array back to the system while the array stays usable; its content is lost. Does nothing
    /// where the system can't.
    /// </summary>
    public static unsafe void Release(byte[] array)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        fixed (byte* start = array)
        {
            nuint page = (nuint)Environment.SystemPageSize;
            nuint begin = ((nuint)start + page - 1) & ~(page - 1); // whole pages: what lies beside the array is not ours
            nuint end = ((nuint)start + (nuint)array.Length) & ~(page - 1);
            if (end > begin)
            {
                _ = Advise(begin, end - begin, DontNeed); // refused, it costs memory and nothing else
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
