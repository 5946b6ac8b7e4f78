namespace Backup.Engine.Sources;

/// <summary>A directory of the snapshot whose entries are being walked over.</summary>
internal abstract class WalkFrame : IDisposable
{
    /// <summary>Begins before the first entry.</summary>
    /// <param name="path">The directory's path in the snapshot.</param>
    protected WalkFrame(string path) => Path = path;

    /// <summary>The directory's path in the snapshot.</summary>
    public string Path { get; }

    /// <summary>Goes to the next entry, if there is one.</summary>
    public abstract bool MoveNext();

    /// <summary>Passes over the entries that are left.</summary>
    public abstract void Abandon();

    /// <summary>The path of an entry in the snapshot.</summary>
    public string PathOf(string name) => Path.Length == 1 ? Path + name : string.Concat(Path, "/", name);

    /// <summary>Lets go of what the system limits, until <see cref="Resume"/>.</summary>
    public virtual void Suspend()
    {
    }

    /// <summary>Takes up again what <see cref="Suspend"/> let go.</summary>
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
