using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Sources.Linux;

/// <summary>Linux, in bytes: names that are not UTF-8 are names like others. Thread-safe.</summary>
internal sealed unsafe class LinuxFileSystem : IFileSystem
{
    private readonly UnixAccounts _accounts = new();

    /// <summary>Takes another way to attributes, for tests.</summary>
    public LinuxFileSystem(LinuxAttributes? attributes = null) => Attributes = attributes ?? new LinuxAttributes();

    /// <summary>Whether this is a Linux that has the calls.</summary>
    public static bool IsSupported { get; } = LinuxCalls.IsSupported && HasStatX();

    /// <inheritdoc/>
    public PathSyntax Syntax => PathSyntax.Unix;

    /// <inheritdoc/>
    public string WorkingDirectory
    {
        get
        {
            byte[] buffer = new byte[64 * 1024];
            fixed (byte* start = buffer)
            {
                return LinuxCalls.GetWorkingDirectory(start, buffer.Length) is not null
                    ? FileName.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start))
                    : throw LinuxError.Last("find", "the working directory");
            }
        }
    }

    /// <summary>Reads extended attributes.</summary>
    public LinuxAttributes Attributes { get; }

    /// <inheritdoc/>
    public FileStatus ReadStatus(string path, bool followLinks)
    {
        using LinuxPath resolved = LinuxPath.Of(path);
        fixed (byte* rest = resolved.Rest)
        {
            StatXBuffer buffer;
            while (LinuxCalls.StatX(resolved.Start, rest, followLinks ? 0 : LinuxCalls.NoFollow, &buffer) < 0)
            {
                ThrowUnlessInterrupted("look at", path);
            }

            return buffer.ToStatus();
        }
    }

    /// <inheritdoc/>
    public DirectoryReader At(string path) => LinuxDirectory.At(this, path);

    /// <inheritdoc/>
    public DirectoryReader OpenDirectory(string path, bool followLinks)
    {
        using LinuxPath resolved = LinuxPath.Of(path);
        fixed (byte* rest = resolved.Rest)
        {
            return LinuxDirectory.Open(this, resolved.Start, rest, path, followLinks, out _);
        }
    }

    /// <inheritdoc/>
    public byte[] ReadBeginning(string path, int length)
    {
        using LinuxPath resolved = LinuxPath.Of(path);
        fixed (byte* rest = resolved.Rest)
        {
            using SafeFileHandle handle = Open(resolved.Start, rest, path, flags: 0, avoidAccessTime: true);
            if (ReadStatus(handle, path).Type != NodeType.File)
            {
                throw new IOException($"Can't read {path}: it is not a file.");
            }

            byte[] beginning = new byte[length];
            int read = 0;
            int count;
            while (read < length && (count = RandomAccess.Read(handle, beginning.AsSpan(read), read)) > 0)
            {
                read += count;
            }

            return beginning[..read];
        }
    }

    /// <inheritdoc/>
    public SourceContent OpenFile(string path, Node node, NodeFactory nodes)
    {
        using LinuxPath resolved = LinuxPath.Of(path);
        SafeFileHandle handle;
        fixed (byte* rest = resolved.Rest)
        {
            uint user = LinuxCalls.GetEffectiveUser();
            handle = Open(resolved.Start, rest, path, LinuxCalls.OpenNoFollow, avoidAccessTime: user == 0 || user == node.Uid);
        }

        return FileContent.Create(handle, path, node, nodes);
    }

    /// <inheritdoc/>
    public string UserName(uint uid) => _accounts.UserName(uid);

    /// <inheritdoc/>
    public string GroupName(uint gid) => _accounts.GroupName(gid);

    /// <summary>Opens for reading, without waiting for a writer should it be a pipe.</summary>
    /// <param name="start">The directory to begin at.</param>
    /// <param name="name">The path from there.</param>
    /// <param name="path">For messages.</param>
    /// <param name="flags">More flags.</param>
    /// <param name="avoidAccessTime">Whether to try to leave no trace; only owners may.</param>
    public static SafeFileHandle Open(int start, byte* name, string path, int flags, bool avoidAccessTime)
    {
        flags |= LinuxCalls.OpenNonBlocking | LinuxCalls.OpenCloseOnExec | (avoidAccessTime ? LinuxCalls.OpenNoAccessTime : 0);
        while (true)
        {
            int handle = LinuxCalls.OpenAt(start, name, flags, 0);
            if (handle >= 0)
            {
                return new SafeFileHandle(handle, ownsHandle: true);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == LinuxError.NotPermitted && (flags & LinuxCalls.OpenNoAccessTime) != 0)
            {
                flags &= ~LinuxCalls.OpenNoAccessTime;
            }
            else if (error == LinuxError.TryAgain && (flags & LinuxCalls.OpenNonBlocking) != 0 && IsRegular(start, name))
            {
                flags &= ~LinuxCalls.OpenNonBlocking; // somebody holds a lease on the file: wait until it is given back
            }
            else if (error != LinuxError.Interrupted)
            {
                throw LinuxError.Create(error, "open", path);
            }
        }
    }

    /// <summary>The status of what is open.</summary>
    public static FileStatus ReadStatus(SafeFileHandle handle, string path)
    {
        byte empty = 0;
        StatXBuffer buffer;
        while (LinuxCalls.StatX((int)handle.DangerousGetHandle(), &empty, LinuxCalls.EmptyPath, &buffer) < 0)
        {
            ThrowUnlessInterrupted("look at", path);
        }

        return buffer.ToStatus();
    }

    /// <summary>Throws the error of the last call, except when a signal was all that it was.</summary>
    public static void ThrowUnlessInterrupted(string operation, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != LinuxError.Interrupted)
        {
            throw LinuxError.Create(error, operation, path);
        }
    }

    private static bool HasStatX()
    {
        fixed (byte* root = "/"u8)
        {
            StatXBuffer buffer;
            return LinuxCalls.StatX(LinuxCalls.CurrentDirectory, root, 0, &buffer) == 0;
        }
    }

    private static bool IsRegular(int start, byte* name)
    {
        StatXBuffer buffer;
        return LinuxCalls.StatX(start, name, LinuxCalls.NoFollow, &buffer) == 0 && buffer.ToStatus().Type == NodeType.File;
    }
}
