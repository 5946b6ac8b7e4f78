using Backup.Engine;

namespace Backup.TestKit;

/// <summary>A source that tests fill: files by path, all below the root directory.</summary>
public sealed class MemorySource : IBackupSource
{
    private readonly SortedDictionary<string, MemorySourceFile> _files = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Paths { get; init; } = ["/"];

    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Paths whose content was opened, in order.</summary>
    public List<string> Opened { get; } = [];

    /// <summary>Called before each entry of a walk.</summary>
    public Action<string>? OnWalk { get; set; }

    /// <summary>Adds or replaces a file.</summary>
    public MemorySourceFile Add(string path, byte[] content, long seconds = 1_700_000_000)
    {
        var file = new MemorySourceFile(content, new Timestamp(seconds, 0, 0));
        _files[path] = file;
        return file;
    }

    /// <summary>What a file has.</summary>
    public byte[] ContentOf(string path) => _files[path].Content;

    public void Remove(string path) => _files.Remove(path);

    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken) => Walk("/", cancellationToken);

    public SourceContent Open(SourceEntry entry)
    {
        lock (Opened)
        {
            Opened.Add(entry.Path);
        }

        MemorySourceFile file = _files[entry.Path];
        file.OnOpen?.Invoke();
        return new MemorySourceContent(file, entry.Node!);
    }

    private IEnumerable<SourceEntry> Walk(string directory, CancellationToken cancellationToken)
    {
        string[] names = [.. _files.Keys
            .Where(path => path.StartsWith(directory, StringComparison.Ordinal))
            .Select(path => path[directory.Length..].Split('/')[0])
            .Distinct()
            .Order(FileName.Comparer)];
        foreach (string name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = directory + name;
            OnWalk?.Invoke(path);
            if (_files.TryGetValue(path, out MemorySourceFile? file))
            {
                yield return new SourceEntry { Kind = SourceEntryKind.Item, Path = path, Node = file.ToNode(name) };
                continue;
            }

            yield return new SourceEntry
            {
                Kind = SourceEntryKind.DirectoryStart,
                Path = path,
                Node = new Node { Name = name, Type = NodeType.Directory, Mode = 0x800001ED },
            };
            foreach (SourceEntry entry in Walk(path + "/", cancellationToken))
            {
                yield return entry;
            }

            yield return new SourceEntry { Kind = SourceEntryKind.DirectoryEnd, Path = path };
        }
    }
}
