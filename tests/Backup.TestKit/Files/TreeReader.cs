using System.Security.Cryptography;
using Backup.Engine;
using Microsoft.Win32.SafeHandles;

namespace Backup.TestKit.Files;

/// <summary>Reads a whole tree for comparison.</summary>
internal sealed class TreeReader
{
    private readonly SortedDictionary<string, TreeEntry> _entries = new(FileName.Comparer);
    private readonly Dictionary<(ulong Inode, (uint, uint) FileSystem), string> _firstNames = [];

    private TreeReader()
    {
    }

    public static SortedDictionary<string, TreeEntry> Read(string path)
    {
        var reader = new TreeReader();
        using PosixFolder top = PosixFolder.Open(path);
        reader.Add("", top, ".");
        reader.ReadFolder("", top);
        return reader._entries;
    }

    private void ReadFolder(string path, PosixFolder folder)
    {
        foreach (string name in folder.Names())
        {
            string child = path.Length == 0 ? name : $"{path}/{name}";
            if (Add(child, folder, name).Kind == PosixKind.Folder)
            {
                using PosixFolder below = folder.OpenFolder(name);
                ReadFolder(child, below);
            }
        }
    }

    private PosixStat Add(string path, PosixFolder folder, string name)
    {
        PosixStat stat = folder.Stat(name);
        string group = path;
        if (stat.Kind != PosixKind.Folder && stat.Links > 1 && !_firstNames.TryAdd((stat.Inode, stat.FileSystem), path))
        {
            group = _firstNames[(stat.Inode, stat.FileSystem)];
        }

        _entries.Add(path, new TreeEntry(
            path,
            stat,
            stat.Kind == PosixKind.File ? HashOf(folder, name) : "",
            stat.Kind == PosixKind.SymbolicLink ? folder.ReadLink(name) : "",
            folder.ReadAttributes(name),
            group));
        return stat;
    }

    private static string HashOf(PosixFolder folder, string name)
    {
        using SafeFileHandle handle = folder.OpenRead(name);
        using var file = new FileStream(handle, FileAccess.Read, 1 << 20);
        return Convert.ToHexString(SHA256.HashData(file));
    }
}
