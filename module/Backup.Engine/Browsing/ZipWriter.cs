using System.IO.Compression;

namespace Backup.Engine.Browsing;

/// <summary>Writes a zip archive: files, folders and links with their modes and modification times.</summary>
#pragma warning disable CA1001 // Disposing of what was given up would complete it; it holds nothing but memory.
internal sealed class ZipWriter : IArchiveWriter
#pragma warning restore CA1001
{
    private static readonly DateTimeOffset FirstTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LastTime = new(2107, 12, 31, 23, 59, 58, TimeSpan.Zero);

    private readonly ZipArchive _archive;
    private Stream? _content;

    /// <summary>A writer to a stream, which it leaves open.</summary>
    public ZipWriter(Stream destination) =>
        _archive = new ZipArchive(destination, ZipArchiveMode.Create, leaveOpen: true);

    /// <inheritdoc/>
    public async Task<ArchiveItem> BeginAsync(
        string path, Node node, long contentLength, CancellationToken cancellationToken)
    {
        await EndContentAsync().ConfigureAwait(false);
        if (node.Type is not (NodeType.File or NodeType.Directory or NodeType.Symlink))
        {
            return new ArchiveItem(false, new SkippedEntry(
                path, SkipReason.MetadataIncomplete, "A zip archive has no place for devices and the like."));
        }

        SkippedEntry? lacks = System.Text.Unicode.Utf8.IsValid(FileName.Encode(path))
            ? null
            : new SkippedEntry(path, SkipReason.MetadataIncomplete, "A zip archive can't have this name, which is not UTF-8: some bytes of it are replaced.");
        string name = path[1..] + (node.Type == NodeType.Directory ? "/" : "");
        ZipArchiveEntry entry = _archive.CreateEntry(
            name, node.Type == NodeType.File ? System.IO.Compression.CompressionLevel.Fastest : System.IO.Compression.CompressionLevel.NoCompression);
        entry.ExternalAttributes = (UnixMode.TypeOf(node.Type) | UnixMode.PermissionsOf(node.Mode)) << 16
            | (node.Type == NodeType.Directory ? (int)FileAttributes.Directory : 0);
        entry.LastWriteTime = Clamp(node.ModTime.ToDateTimeOffset());
        if (node.Type == NodeType.Directory)
        {
            return new ArchiveItem(false, lacks);
        }

        _content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (node.Type == NodeType.Symlink)
        {
            await _content.WriteAsync(FileName.Encode(node.LinkTarget), cancellationToken).ConfigureAwait(false);
        }

        return new ArchiveItem(node.Type == NodeType.File, lacks);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Stream stream = _content ?? throw new InvalidOperationException("No item that wants content.");
        await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await EndContentAsync().ConfigureAwait(false);
        await _archive.DisposeAsync().ConfigureAwait(false); // writes the directory
    }

    // The format has years 1980 … 2107 and local time; that of the machine where the file was is the best there is.
    private static DateTimeOffset Clamp(DateTimeOffset time) =>
        time.DateTime < FirstTime.DateTime ? FirstTime : time.DateTime > LastTime.DateTime ? LastTime : time;

    private async Task EndContentAsync()
    {
        if (_content is not null)
        {
            await _content.DisposeAsync().ConfigureAwait(false);
            _content = null;
        }
    }
}
