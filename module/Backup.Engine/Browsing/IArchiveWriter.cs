namespace Backup.Engine.Browsing;

/// <summary>
/// Writes an archive, item by item, to a stream that need not be able to seek. One that is given up before
/// <see cref="CompleteAsync"/> has no end, so that it is not taken for a whole one.
/// </summary>
internal interface IArchiveWriter
{
    /// <summary>Begins an item.</summary>
    /// <param name="path">Its path, absolute as in the snapshot; in the archive it is relative.</param>
    /// <param name="node">Its metadata.</param>
    /// <param name="contentLength">Bytes that follow by <see cref="WriteAsync"/> if the result says so.</param>
    /// <param name="cancellationToken">Ends the writing; the archive is then of no use.</param>
    Task<ArchiveItem> BeginAsync(string path, Node node, long contentLength, CancellationToken cancellationToken);

    /// <summary>Writes the next bytes of the current item's content.</summary>
    Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Ends the archive.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}
