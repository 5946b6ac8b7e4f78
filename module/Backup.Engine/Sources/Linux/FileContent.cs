using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Sources.Linux;

/// <summary>The content of a regular file, read by position.</summary>
internal sealed class FileContent : SourceContent
{
    private const int SequentialAdvice = 2; // POSIX_FADV_SEQUENTIAL
    private const ulong LargeEnoughForAdvice = 256 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly Node _node;
    private readonly NodeFactory _nodes;
    private long _position;

    private FileContent(SafeFileHandle handle, string path, Node node, NodeFactory nodes)
    {
        _handle = handle;
        _path = path;
        _node = node;
        _nodes = nodes;
    }

    /// <summary>Takes a handle, and closes it if it is not of a regular file.</summary>
    /// <param name="handle">The open file.</param>
    /// <param name="path">For messages.</param>
    /// <param name="node">The file as it was seen last.</param>
    /// <param name="nodes">Makes the node of the open file.</param>
    public static FileContent Create(SafeFileHandle handle, string path, Node node, NodeFactory nodes)
    {
        var content = new FileContent(handle, path, node, nodes);
        try
        {
            FileStatus status = LinuxFileSystem.ReadStatus(handle, path);
            if (status.Type != NodeType.File)
            {
                throw new IOException($"Can't read {path}: it was a file and is something else now.");
            }

            if (node.Size >= LargeEnoughForAdvice)
            {
                _ = LinuxCalls.Advise((int)handle.DangerousGetHandle(), 0, 0, SequentialAdvice); // no harm where it fails
            }

            return content;
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = RandomAccess.Read(_handle, buffer, _position);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override Node ReadNode()
    {
        FileStatus status = LinuxFileSystem.ReadStatus(_handle, _path);
        if (IsAsSeenLast(in status))
        {
            return _node; // any change, of attributes too, would have changed the change time
        }

        // What can't be read was told by the walk; the content is worth more than the latest attributes.
        ExtendedAttribute[] attributes = LinuxAttributes.Read((int)_handle.DangerousGetHandle(), out Exception? problem);
        var details = EntryDetails.None with { ExtendedAttributes = problem is null ? attributes : _node.ExtendedAttributes };
        return _nodes.Create(_node.Name, in status, in details);
    }

    /// <inheritdoc/>
    public override bool TryRewind()
    {
        _position = 0;
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsAsSeenLast(in FileStatus status) =>
        status.Inode == _node.Inode
        && status.DeviceId == _node.DeviceId
        && (ulong)status.Size == _node.Size
        && IsSame(status.ModTime, _node.ModTime)
        && IsSame(status.ChangeTime, _node.ChangeTime);

    private static bool IsSame(UnixTime time, Timestamp other) =>
        time.Seconds == other.Seconds && time.Nanoseconds == other.Nanoseconds;
}
