namespace Backup.Engine.Restoring.Targets;

/// <summary>A regular file of the target, held open. Reading and writing may run concurrently.</summary>
/// <remarks>All members throw <see cref="TargetException"/>.</remarks>
internal abstract class TargetFile : IDisposable
{
    /// <summary>What it is like now.</summary>
    public abstract TargetEntry Inspect();

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <returns>How many bytes were read.</returns>
    public abstract int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all the bytes.</summary>
    public abstract void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts the file, or makes it longer by a hole.</summary>
    public abstract void SetLength(long length);

    /// <summary>Makes this file share all the content of another one, where the file system can.</summary>
    /// <returns>False if it can't; nothing has changed then.</returns>
    public abstract bool TryClone(TargetFile source);

    /// <summary>Copies a part of another file to the same place in this one.</summary>
    /// <exception cref="TargetException">Also if the other file is shorter than that.</exception>
    public abstract void CopyRange(TargetFile source, long offset, long length);

    /// <summary>Whether nothing of this is left to be set, the access time aside.</summary>
    /// <param name="metadata">What the file should carry.</param>
    /// <param name="isChosen">Attributes for which this is false count for nothing.</param>
    public abstract bool HasMetadata(in EntryMetadata metadata, Func<string, bool> isChosen);

    /// <summary>Sets all metadata, and removes chosen attributes that are not among them.</summary>
    /// <returns>What could not be set; null if there is nothing.</returns>
    public abstract MetadataTrouble? SetMetadata(in EntryMetadata metadata, Func<string, bool> isChosen);

    /// <inheritdoc/>
    public abstract void Dispose();
}
