using System.Collections;
using Backup.Engine;

namespace Backup.Sidecar.Operations;

/// <summary>Files that exist in memory only, with the folders above them, as a source's entries.</summary>
/// <param name="time">The time that files and folders bear.</param>
internal sealed class VirtualTree(DateTimeOffset time) : IEnumerable<string>
{
    private const uint FileMode = 0x1A4; // rw-r--r--
    private const uint FolderMode = 0x800001ED; // Go's directory bit, rwxr-xr-x

    private readonly SortedDictionary<string, byte[]> _files = new(new PathOrder());

    /// <summary>Adds a file.</summary>
    /// <param name="path">Absolute, its parts separated by <c>/</c>.</param>
    /// <param name="content">Kept, not copied.</param>
    public void Add(string path, byte[] content) => _files.Add(path, content);

    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken)
    {
        var open = new List<string>();
        foreach ((string path, byte[] content) in _files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string[] folders = path[1..].Split('/')[..^1];
            int same = 0;
            while (same < open.Count && same < folders.Length && open[same] == folders[same])
            {
                same++;
            }

            while (open.Count > same)
            {
                yield return new SourceEntry { Kind = SourceEntryKind.DirectoryEnd, Path = "/" + string.Join('/', open) };
                open.RemoveAt(open.Count - 1);
            }

            foreach (string folder in folders[same..])
            {
                open.Add(folder);
                yield return new SourceEntry
                {
                    Kind = SourceEntryKind.DirectoryStart,
                    Path = "/" + string.Join('/', open),
                    Node = NewNode(folder, NodeType.Directory, FolderMode, 0),
                };
            }

            yield return new SourceEntry
            {
                Kind = SourceEntryKind.Item,
                Path = path,
                Node = NewNode(path[(path.LastIndexOf('/') + 1)..], NodeType.File, FileMode, content.Length),
            };
        }

        while (open.Count > 0)
        {
            yield return new SourceEntry { Kind = SourceEntryKind.DirectoryEnd, Path = "/" + string.Join('/', open) };
            open.RemoveAt(open.Count - 1);
        }
    }

    public SourceContent Open(SourceEntry entry) => new MemoryContent(_files[entry.Path]);

    public IEnumerator<string> GetEnumerator() => _files.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Node NewNode(string name, NodeType type, uint mode, long size)
    {
        Timestamp timestamp = Timestamp.From(time);
        return new Node
        {
            Name = name,
            Type = type,
            Mode = mode,
            Size = (ulong)size,
            ModTime = timestamp,
            AccessTime = timestamp,
            ChangeTime = timestamp,
        };
    }

    /// <summary>Folder by folder, each ordered as a tree is.</summary>
    private sealed class PathOrder : IComparer<string>
    {
        public int Compare(string? x, string? y)
        {
            string[] left = (x ?? "").Split('/');
            string[] right = (y ?? "").Split('/');
            for (int i = 0; i < left.Length && i < right.Length; i++)
            {
                int order = FileName.Compare(left[i], right[i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return left.Length.CompareTo(right.Length);
        }
    }
}
