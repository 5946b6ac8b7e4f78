using Backup.Engine.Repositories;
using Backup.Engine.Sources;

namespace Backup.Engine.Browsing;

/// <summary>Finds items by patterns of their names or paths, and by the time of their last change.</summary>
internal sealed class NameSearch : IItemSearch
{
    private readonly PathFilter _filter;
    private readonly bool _hasOnlyNames;
    private readonly Timestamp? _oldest;
    private readonly Timestamp? _newest;

    // How far the patterns have come in the folders on the path, by depth of their entries.
    private readonly List<FilterFolder> _folders;

    /// <summary>Takes what is looked for.</summary>
    /// <exception cref="ArgumentException">A pattern is malformed.</exception>
    public NameSearch(FindOptions options)
    {
        _filter = PathFilter.Create(options.Patterns, options.IgnoreCase, PathSyntax.Unix);
        _hasOnlyNames = !options.Patterns.Any(pattern => pattern.Contains('/', StringComparison.Ordinal) || pattern is "**");
        _oldest = options.Oldest is DateTimeOffset oldest ? Timestamp.From(oldest) : null;
        _newest = options.Newest is DateTimeOffset newest ? Timestamp.From(newest) : null;
        _folders = [_filter.Root];
    }

    /// <inheritdoc/>
    public IEnumerable<FindMatch> MatchRoot(Snapshot snapshot) => [];

    /// <inheritdoc/>
    public IEnumerable<FindMatch> Match(Snapshot snapshot, TreeEntry entry)
    {
        Node node = entry.Node;
        bool found = _filter.FindMatch(_folders[entry.Depth], FileName.Encode(node.Name)) >= 0
            && !(_oldest is Timestamp oldest && node.ModTime < oldest)
            && !(_newest is Timestamp newest && node.ModTime > newest);
        return found
            ? [new FindMatch { Snapshot = snapshot, Path = entry.Path, Node = node, ParentTree = entry.ParentTree }]
            : [];
    }

    /// <inheritdoc/>
    public bool Enter(TreeEntry folder)
    {
        FilterFolder entered = _filter.Enter(_folders[folder.Depth], FileName.Encode(folder.Node.Name));
        _folders.RemoveRange(folder.Depth + 1, _folders.Count - folder.Depth - 1);
        _folders.Add(entered);
        return entered.Match.IsMatch || entered.Match.ChildMayMatch;
    }

    /// <inheritdoc/>
    public bool DependsOnTreeAlone(int depth) => _hasOnlyNames && !_folders[depth].Match.IsMatch;
}
