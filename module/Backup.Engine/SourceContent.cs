namespace Backup.Engine;

/// <summary>An opened file of a source. Used by one thread at a time.</summary>
public abstract class SourceContent : IDisposable
{
    /// <summary>Reads the next bytes.</summary>
    /// <param name="buffer">Filled from the beginning; may be filled partly.</param>
    /// <returns>How many bytes were read; 0 at the end.</returns>
    /// <exception cref="IOException">Reading failed: the file becomes a skipped entry.</exception>
    /// <exception cref="SourceException">The source as a whole failed, say a command: no snapshot may be made.</exception>
    public abstract int Read(Span<byte> buffer);

    /// <summary>
    /// The metadata of what is open, as it is now; null where the source has no better ones than the entry's.
    /// Asked before the first byte and after the last: a difference tells of a change.
    /// </summary>
    public virtual Node? ReadNode() => null;

    /// <summary>Goes back to the first byte.</summary>
    /// <returns>False where the source can be read only once.</returns>
    public virtual bool TryRewind() => false;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what is open.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
