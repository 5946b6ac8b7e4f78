using System.Runtime.InteropServices;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// Keeps a Unix terminal from showing what is typed, until it is disposed. (<see cref="Console.ReadKey(bool)"/> does
/// that for the length of one key only: what is typed faster than it is read would be on the screen.)
/// </summary>
internal sealed partial class EchoOff : IDisposable
{
    private const int StandardInput = 0;
    private const int NowAndForgetWhatWasTyped = 2; // TCSAFLUSH
    private const uint Echo = 8; // ECHO on Linux, macOS and the BSDs alike

    // The structure termios: 60 bytes on Linux, 72 on macOS. Of it we touch only c_lflag, the fourth of its first four
    // numbers, which have 4 bytes, but 8 on macOS.
    private readonly byte[] _before = new byte[256];
    private int _isActive;

    private EchoOff()
    {
    }

    /// <summary>Switches it off; null where the input is no terminal.</summary>
    public static EchoOff? TryStart()
    {
        var echo = new EchoOff();
        if (tcgetattr(StandardInput, echo._before) != 0)
        {
            return null;
        }

        byte[] without = [.. echo._before];
        without[OperatingSystem.IsMacOS() ? 24 : BitConverter.IsLittleEndian ? 12 : 15] &= unchecked((byte)~Echo);
        if (tcsetattr(StandardInput, NowAndForgetWhatWasTyped, without) != 0)
        {
            return null;
        }

        echo._isActive = 1;
        return echo;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isActive, 0) == 1)
        {
            _ = tcsetattr(StandardInput, NowAndForgetWhatWasTyped, _before); // if it fails, the terminal has gone
        }
    }

    [LibraryImport("libc")]
    private static partial int tcgetattr(int file, byte[] attributes);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int file, int when, byte[] attributes);
}
