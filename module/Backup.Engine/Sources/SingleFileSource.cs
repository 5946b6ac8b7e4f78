using System.Collections.Concurrent;

namespace Backup.Engine.Sources;

/// <summary>A file that is not on disk, with the directories above it. Its content can be read once.</summary>
internal sealed class SingleFileSource : IBackupSource
{
    private const uint FileMode = 0x1A4; // rw-r--r--
    private const uint DirectoryMode = GoFileMode.Directory | 0x1ED; // rwxr-xr-x

    private readonly string[] _parts;
    private readonly Func<Timestamp> _modTime;
    private readonly Func<CancellationToken[], SourceContent> _open;
    private readonly ConcurrentBag<CancellationToken> _cancellationTokens = [];
    private int _opened;

    /// <summary>Takes the file.</summary>
    /// <param name="fileName">Its path in the snapshot.</param>
    /// <param name="modTime">Gives its modification time when the walk begins.</param>
    /// <param name="open">Opens its content; what it gives ends when one of the tokens is cancelled.</param>
    /// <exception cref="ArgumentException">The path names no file.</exception>
    public SingleFileSource(string fileName, Func<Timestamp> modTime, Func<CancellationToken[], SourceContent> open)
    {
        string path = PathSyntax.Unix.Clean("/" + fileName);
        _parts = path.Length > 1
            ? path[1..].Split('/')
            : throw new ArgumentException($"«{fileName}» is no file name.", nameof(fileName));
        _modTime = modTime;
        _open = open;
        Paths = [path];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Paths { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Excludes => [];

    /// <inheritdoc/>
    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken)
    {
        _cancellationTokens.Add(cancellationToken); // there may be a walk that only counts
        Timestamp time = _modTime();
        var directories = new Stack<string>();
        string path = "";
        foreach (string name in _parts[..^1])
        {
            path = $"{path}/{name}";
            directories.Push(path);
            yield return new SourceEntry
            {
                Kind = SourceEntryKind.DirectoryStart,
                Path = path,
                Node = MakeNode(name, NodeType.Directory, DirectoryMode, time),
                IsIntermediate = true,
            };
        }

        yield return new SourceEntry
        {
            Kind = SourceEntryKind.Item,
            Path = $"{path}/{_parts[^1]}",
            Node = MakeNode(_parts[^1], NodeType.File, FileMode, time),
        };
        while (directories.TryPop(out string? directory))
        {
            yield return new SourceEntry { Kind = SourceEntryKind.DirectoryEnd, Path = directory };
        }
    }

    /// <inheritdoc/>
    public SourceContent Open(SourceEntry entry) =>
        Interlocked.Exchange(ref _opened, 1) == 0
            ? _open([.. _cancellationTokens])
            : throw new SourceException($"The content of {Paths[0]} was read already, and can be read only once.");

    // As restic: the current user by number, without a name.
    private static Node MakeNode(string name, NodeType type, uint mode, Timestamp time) => new()
    {
        Name = name,
        Type = type,
        Mode = mode,
        ModTime = time,
        AccessTime = time,
        ChangeTime = time,
        Uid = OperatingSystem.IsWindows() ? 0 : UnixAccounts.GetUser(),
        Gid = OperatingSystem.IsWindows() ? 0 : UnixAccounts.GetGroup(),
    };
}
