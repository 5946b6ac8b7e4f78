namespace Backup.Engine.Sources;

/// <summary>
/// Entries that can be looked at by number: those of an open directory, ordered by their bytes, or a single path. The
/// methods throw <see cref="FileNotFoundException"/> or <see cref="DirectoryNotFoundException"/> where something has
/// vanished, <see cref="UnauthorizedAccessException"/> and <see cref="IOException"/>.
/// </summary>
internal abstract class DirectoryReader : IDisposable
{
    /// <summary>The entries' names.</summary>
    public abstract NameList Names { get; }

    /// <summary>An entry as it is now. A link is not followed.</summary>
    public abstract FileStatus ReadStatus(int index);

    /// <summary>What else there is to know of an entry with this status. Attributes that can't be read are told, not thrown.</summary>
    public abstract EntryDetails ReadDetails(int index, in FileStatus status);

    /// <summary>Opens and lists a directory, if it still is one.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="path">Its path, for messages and for <see cref="Resume"/>.</param>
    /// <param name="status">The status of what was opened.</param>
    public abstract DirectoryReader OpenDirectory(int index, string path, out FileStatus status);

    /// <summary>Lets go of what the system limits. Only <see cref="Resume"/> may follow.</summary>
    public virtual void Suspend()
    {
    }

    /// <summary>Opens the same directory again.</summary>
    public virtual void Resume()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the directory.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
