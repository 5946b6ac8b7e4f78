using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Sources.Linux;

/// <summary>
/// A path as the system takes it: a directory to begin at and the rest. Paths that are too long for one call are walked
/// in pieces.
/// </summary>
internal sealed unsafe class LinuxPath : IDisposable
{
    private const int MaxLength = 4095; // PATH_MAX without the zero byte

    private readonly SafeFileHandle? _start;

    private LinuxPath(SafeFileHandle? start, byte[] rest)
    {
        _start = start;
        Rest = rest;
    }

    /// <summary>The directory to begin at.</summary>
    public int Start => _start is null ? LinuxCalls.CurrentDirectory : (int)_start.DangerousGetHandle();

    /// <summary>The path from there, zero-terminated.</summary>
    public byte[] Rest { get; }

    /// <summary>Takes a path.</summary>
    public static LinuxPath Of(string path)
    {
        byte[] bytes = Encode(path);
        SafeFileHandle? start = null;
        while (bytes.Length > MaxLength)
        {
            int cut = bytes.AsSpan(0, MaxLength).LastIndexOf((byte)'/');
            if (cut <= 0)
            {
                break; // a name of such a length: the system will say so
            }

            bytes[cut] = 0;
            int handle;
            fixed (byte* piece = bytes)
            {
                int flags = LinuxCalls.OpenPath | LinuxCalls.OpenDirectory | LinuxCalls.OpenCloseOnExec;
                handle = LinuxCalls.OpenAt(
                    start is null ? LinuxCalls.CurrentDirectory : (int)start.DangerousGetHandle(), piece, flags, 0);
            }

            Exception? error = handle < 0 ? LinuxError.Last("open", path) : null;
            start?.Dispose();
            start = error is null ? new SafeFileHandle(handle, ownsHandle: true) : throw error;
            bytes = bytes[(cut + 1)..];
        }

        return new LinuxPath(start, bytes);
    }

    /// <summary>The name as bytes with a zero byte at its end.</summary>
    /// <exception cref="FileNotFoundException">There is a zero byte in it: no file is called like that.</exception>
    public static byte[] Encode(string path)
    {
        byte[] buffer = new byte[FileName.MaxEncodedLength(path.Length) + 1];
        int length = FileName.Encode(path, buffer);
        return buffer.AsSpan(0, length).Contains((byte)0)
            ? throw new FileNotFoundException("A path has a zero byte in it, which no file's name can have.", path)
            : buffer[..(length + 1)];
    }

    /// <inheritdoc/>
    public void Dispose() => _start?.Dispose();
}
