using System.Buffers.Binary;
using Backup.Engine.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Sources.Linux;

/// <summary>Entries of an open directory, looked at by its handle: no path is resolved twice.</summary>
internal sealed unsafe class LinuxDirectory : DirectoryReader
{
    private const int ListingBufferLength = 32 * 1024;
    private const int MaxLinkLength = 64 * 1024; // the usual file systems allow 4,095

    private readonly LinuxFileSystem _fileSystem;
    private readonly string _path; // empty for single paths
    private readonly LinuxPath? _singlePath;
    private readonly UnixIdentity _identity;
    private SafeFileHandle? _handle;

    private LinuxDirectory(LinuxFileSystem fileSystem, SafeFileHandle handle, string path, in FileStatus status)
    {
        _fileSystem = fileSystem;
        _handle = handle;
        _path = path;
        _identity = new UnixIdentity(status.DeviceId, status.Inode);
        Names = ListNames(handle, path);
    }

    private LinuxDirectory(LinuxFileSystem fileSystem, LinuxPath path)
    {
        _fileSystem = fileSystem;
        _singlePath = path;
        _path = "";
        Names = new NameList(path.Rest.Length);
        Names.Add(path.Rest.AsSpan(0, path.Rest.Length - 1));
    }

    /// <inheritdoc/>
    public override NameList Names { get; }

    private int Handle => _singlePath?.Start
        ?? (int)(_handle ?? throw new InvalidOperationException("The directory is suspended.")).DangerousGetHandle();

    /// <summary>A single path as the one entry.</summary>
    public static LinuxDirectory At(LinuxFileSystem fileSystem, string path) => new(fileSystem, LinuxPath.Of(path));

    /// <summary>Opens and lists the directory that <paramref name="name"/> names from another one.</summary>
    public static LinuxDirectory Open(
        LinuxFileSystem fileSystem, int start, byte* name, string path, bool followLinks, out FileStatus status)
    {
        SafeFileHandle handle = LinuxFileSystem.Open(
            start, name, path, LinuxCalls.OpenDirectory | (followLinks ? 0 : LinuxCalls.OpenNoFollow), avoidAccessTime: true);
        try
        {
            status = LinuxFileSystem.ReadStatus(handle, path);
            return new LinuxDirectory(fileSystem, handle, path, in status);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override FileStatus ReadStatus(int index)
    {
        fixed (byte* name = &Names.Start(index))
        {
            StatXBuffer buffer;
            int flags = LinuxCalls.NoFollow | LinuxCalls.NoAutomount;
            while (LinuxCalls.StatX(Handle, name, flags, &buffer) < 0)
            {
                ThrowUnlessInterrupted(index);
            }

            return buffer.ToStatus();
        }
    }

    /// <inheritdoc/>
    public override EntryDetails ReadDetails(int index, in FileStatus status)
    {
        fixed (byte* name = &Names.Start(index))
        {
            return new EntryDetails
            {
                LinkTarget = status.Type == NodeType.Symlink ? ReadLink(index, name) : "",
                ExtendedAttributes = _fileSystem.Attributes.Read(Handle, _path, name, out Exception? problem),
                Problem = problem,
            };
        }
    }

    /// <inheritdoc/>
    public override DirectoryReader OpenDirectory(int index, string path, out FileStatus status)
    {
        fixed (byte* name = &Names.Start(index))
        {
            return Open(_fileSystem, Handle, name, path, followLinks: false, out status);
        }
    }

    /// <inheritdoc/>
    public override void Suspend()
    {
        _handle?.Dispose();
        _handle = null;
    }

    /// <inheritdoc/>
    public override void Resume()
    {
        if (_handle is not null || _singlePath is not null)
        {
            return;
        }

        using LinuxPath path = LinuxPath.Of(_path);
        SafeFileHandle handle;
        fixed (byte* rest = path.Rest)
        {
            handle = LinuxFileSystem.Open(path.Start, rest, _path, LinuxCalls.OpenDirectory, avoidAccessTime: true);
        }

        FileStatus status = LinuxFileSystem.ReadStatus(handle, _path);
        if (new UnixIdentity(status.DeviceId, status.Inode) != _identity)
        {
            handle.Dispose();
            throw new IOException($"Can't go on in {_path}: it was replaced by another directory.");
        }

        _handle = handle;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle?.Dispose();
            _singlePath?.Dispose();
        }

        base.Dispose(disposing);
    }

    private string ReadLink(int index, byte* name)
    {
        for (int length = 512; ; length = MaxLinkLength)
        {
            using PooledBuffer buffer = PooledBuffer.Rent(length);
            nint read;
            fixed (byte* target = buffer.Span)
            {
                read = LinuxCalls.ReadLinkAt(Handle, name, target, length);
            }

            if (read < 0)
            {
                throw LinuxError.Last("read the link", PathOf(index));
            }

            if (read < length || length == MaxLinkLength)
            {
                return FileName.Decode(buffer.Span[..(int)read]);
            }
        }
    }

    private void ThrowUnlessInterrupted(int index) => LinuxFileSystem.ThrowUnlessInterrupted("look at", PathOf(index));

    private string PathOf(int index)
    {
        string name = FileName.Decode(Names[index]);
        return _singlePath is not null ? name : _path.EndsWith('/') ? _path + name : $"{_path}/{name}";
    }

    private static NameList ListNames(SafeFileHandle handle, string path)
    {
        using PooledBuffer buffer = PooledBuffer.Rent(ListingBufferLength);
        NameList? names = null;
        fixed (byte* start = buffer.Span)
        {
            while (true)
            {
                int length = LinuxCalls.GetDirectoryEntries((int)handle.DangerousGetHandle(), start, ListingBufferLength);
                if (length < 0)
                {
                    LinuxFileSystem.ThrowUnlessInterrupted("list", path);
                    continue;
                }

                names ??= new NameList(Math.Max(64, length));
                if (length == 0)
                {
                    names.Sort();
                    return names;
                }

                AddNames(names, buffer.Span[..length]);
            }
        }
    }

    // struct linux_dirent64: inode and offset (8 bytes each), length (2), type (1), name.
    private static void AddNames(NameList names, ReadOnlySpan<byte> entries)
    {
        while (!entries.IsEmpty)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(entries[16..]);
            ReadOnlySpan<byte> name = entries[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(name);
            }

            entries = entries[length..];
        }
    }

    /// <summary>What makes two handles the same directory.</summary>
    private readonly record struct UnixIdentity(ulong DeviceId, ulong Inode);
}
