namespace Backup.Engine.Sources.Managed;

/// <summary>Entries that are looked at by their paths.</summary>
internal sealed class ManagedDirectory : DirectoryReader
{
    private readonly ManagedFileSystem _fileSystem;
    private readonly string _path;

    /// <summary>Takes names.</summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="path">The directory; empty if the names are paths.</param>
    /// <param name="names">The entries' names.</param>
    public ManagedDirectory(ManagedFileSystem fileSystem, string path, IEnumerable<string> names)
    {
        _fileSystem = fileSystem;
        _path = path;
        foreach (string name in names)
        {
            Names.Add(FileName.Encode(name));
        }

        Names.Sort();
    }

    /// <inheritdoc/>
    public override NameList Names { get; } = new();

    /// <inheritdoc/>
    public override FileStatus ReadStatus(int index) => _fileSystem.ToStatus(ManagedFileSystem.Look(PathOf(index)));

    /// <inheritdoc/>
    public override EntryDetails ReadDetails(int index, in FileStatus status) =>
        _fileSystem.ToDetails(ManagedFileSystem.Look(PathOf(index)));

    /// <inheritdoc/>
    public override DirectoryReader OpenDirectory(int index, string path, out FileStatus status)
    {
        status = ReadStatus(index);
        return _fileSystem.OpenDirectory(PathOf(index), followLinks: false);
    }

    private string PathOf(int index) => Path.Join(_path, FileName.Decode(Names[index]));
}
