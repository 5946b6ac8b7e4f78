using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Sources.Managed;

/// <summary>The content of a file, read by position.</summary>
internal sealed class ManagedContent : SourceContent
{
    private readonly ManagedFileSystem _fileSystem;
    private readonly string _path;
    private readonly Node _node;
    private readonly NodeFactory _nodes;
    private readonly SafeFileHandle _handle;
    private long _position;

    /// <summary>Opens the file.</summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="path">Where the file is.</param>
    /// <param name="node">The file as it was seen last.</param>
    /// <param name="nodes">Makes the node of the file.</param>
    public ManagedContent(ManagedFileSystem fileSystem, string path, Node node, NodeFactory nodes)
    {
        _fileSystem = fileSystem;
        _path = path;
        _node = node;
        _nodes = nodes;
        _handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
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
        FileSystemInfo item = ManagedFileSystem.Look(_path);
        return _nodes.Create(_node.Name, _fileSystem.ToStatus(item), _fileSystem.ToDetails(item));
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
}
