namespace Backup.Engine.Restoring.Targets;

/// <summary>
/// A directory of the target, held open. Every name given to it is one part of a path that <see cref="NameRules"/> let
/// pass, and no member follows a link: so nothing can be reached from here but what is below.
/// </summary>
/// <remarks>All members throw <see cref="TargetException"/>. They may be called concurrently.</remarks>
internal abstract class TargetDirectory : IDisposable
{
    /// <summary>What this directory is like now.</summary>
    public abstract TargetEntry Inspect();

    /// <summary>What is there under a name; null if nothing is.</summary>
    public abstract TargetEntry? Inspect(string name);

    /// <summary>The names in it, in no order.</summary>
    public abstract List<string> List();

    /// <summary>Makes a directory that only its owner can enter.</summary>
    public abstract void MakeDirectory(string name);

    /// <summary>Opens a directory, which is made accessible for its owner if it wasn't.</summary>
    public abstract TargetDirectory OpenDirectory(string name);

    /// <summary>Makes a file that only its owner can read. There must be nothing of that name.</summary>
    public abstract TargetFile CreateFile(string name);

    /// <summary>Opens a regular file; anything else is refused.</summary>
    public abstract TargetFile OpenFile(string name, bool writable);

    /// <summary>Makes a symbolic link.</summary>
    public abstract void MakeSymlink(string name, string linkTarget);

    /// <summary>Makes a device node or a named pipe.</summary>
    public abstract void MakeSpecial(string name, NodeType type, ulong device);

    /// <summary>Gives a file another name.</summary>
    public abstract void MakeHardLink(string name, TargetDirectory existingDirectory, string existingName);

    /// <summary>Renames within the directory, as one step.</summary>
    /// <param name="name">The present name.</param>
    /// <param name="newName">The new one.</param>
    /// <param name="replace">Whether something other than a directory may be replaced; otherwise that is refused.</param>
    public abstract void Rename(string name, string newName, bool replace);

    /// <summary>Moves something into another directory, under a name that is free there.</summary>
    public abstract void Move(string name, TargetDirectory newDirectory, string newName);

    /// <summary>Deletes anything but a directory.</summary>
    public abstract void DeleteFile(string name);

    /// <summary>Deletes an empty directory.</summary>
    public abstract void DeleteDirectory(string name);

    /// <summary>Sets the metadata of this directory, as <see cref="TargetFile.SetMetadata"/> does.</summary>
    public abstract MetadataTrouble? SetMetadata(in EntryMetadata metadata, Func<string, bool> isChosen);

    /// <summary>Whether nothing of this is left to be set, the access time aside.</summary>
    public abstract bool HasMetadata(in EntryMetadata metadata, Func<string, bool> isChosen);

    /// <summary>Sets the metadata of something that is neither file nor directory.</summary>
    public abstract MetadataTrouble? SetMetadata(string name, NodeType type, in EntryMetadata metadata, Func<string, bool> isChosen);

    /// <summary>Gives this directory a mode and nothing else.</summary>
    public abstract void SetMode(uint mode);

    /// <inheritdoc/>
    public abstract void Dispose();
}
