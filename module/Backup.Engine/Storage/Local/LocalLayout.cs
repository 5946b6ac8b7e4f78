using System.Globalization;

namespace Backup.Engine.Storage.Local;

/// <summary>Which path each file of a repository has in a folder.</summary>
/// <remarks>Format: restic design document, «Repository Layout».</remarks>
internal sealed class LocalLayout
{
    /// <summary>Pack files lie in 256 folders, named by the first two digits of their names.</summary>
    private const int PackFolders = 256;

    /// <summary>The layout below a full path.</summary>
    public LocalLayout(string root)
    {
        Root = root;
        Config = Path.Join(root, "config");
    }

    /// <summary>The repository's folder.</summary>
    public string Root { get; }

    /// <summary>The path of the config file.</summary>
    public string Config { get; }

    /// <summary>The folder of the pack files' folders.</summary>
    public string PackRoot => FolderOf(FileKind.Pack);

    /// <summary>All folders that a new repository has, those above before those below.</summary>
    public IEnumerable<string> AllFolders =>
        new[] { Root, FolderOf(FileKind.Key), FolderOf(FileKind.Lock), FolderOf(FileKind.Snapshot), FolderOf(FileKind.Index), PackRoot }
            .Concat(FoldersOf(FileKind.Pack));

    /// <summary>A file's path.</summary>
    public string PathOf(FileHandle file)
    {
        if (file.Kind == FileKind.Config)
        {
            return Config;
        }

        string name = file.Name.ToString();
        return file.Kind == FileKind.Pack
            ? Path.Join(PackRoot, name.AsSpan(0, 2), name)
            : Path.Join(FolderOf(file.Kind), name);
    }

    /// <summary>The folders in which files of a kind lie.</summary>
    public IEnumerable<string> FoldersOf(FileKind kind) => kind == FileKind.Pack
        ? Enumerable.Range(0, PackFolders).Select(i => Path.Join(PackRoot, i.ToString("x2", CultureInfo.InvariantCulture)))
        : [FolderOf(kind)];

    /// <summary>
    /// Which file of a kind has this path; null for what is none: temporary files, names in capitals (restic writes small
    /// letters, and we would not find it again), pack files in the wrong folder.
    /// </summary>
    public static FileHandle? HandleOf(FileKind kind, string path)
    {
        ReadOnlySpan<char> name = Path.GetFileName(path.AsSpan());
        if (name.ContainsAnyInRange('A', 'F') || !Digest.TryParse(name, out Digest digest))
        {
            return null;
        }

        bool isElsewhere = kind == FileKind.Pack
            && !Path.GetFileName(Path.GetDirectoryName(path.AsSpan())).SequenceEqual(name[..2]);
        return isElsewhere ? null : new FileHandle(kind, digest);
    }

    /// <summary>What the folder of the files of a kind is called.</summary>
    public static string FolderName(FileKind kind) => kind switch
    {
        FileKind.Key => "keys",
        FileKind.Lock => "locks",
        FileKind.Snapshot => "snapshots",
        FileKind.Index => "index",
        FileKind.Pack => "data",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of repository file that has a folder."),
    };

    private string FolderOf(FileKind kind) => Path.Join(Root, FolderName(kind));
}
