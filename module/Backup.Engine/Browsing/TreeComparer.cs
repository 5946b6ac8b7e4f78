using System.Text;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>
/// Finds the differences between two trees. A folder that is equal in both is not read; what it contains matters only
/// for <see cref="CommonTrees"/>. In memory are the entries of one folder per level and side.
/// </summary>
internal sealed class TreeComparer
{
    private static readonly List<Node> Nothing = [];

    private readonly TreeLoader _load;
    private readonly StringBuilder _path = new();
    private readonly Stack<Level> _levels = new();

    /// <summary>A comparer of trees that <paramref name="load"/> knows.</summary>
    public TreeComparer(TreeLoader load) => _load = load;

    /// <summary>Whether changes of nothing but metadata are reported.</summary>
    public bool Metadata { get; init; }

    /// <summary>Hears of each change, in the order of the paths.</summary>
    public Action<DiffChange>? Changed { get; init; }

    /// <summary>Hears of each item that is looked at: in the first tree, in the second, or in both.</summary>
    public Action<Node?, Node?>? Visited { get; init; }

    /// <summary>Hears of each folder that is equal in both.</summary>
    public Action<BlobId>? CommonTrees { get; init; }

    /// <summary>Hears of a folder that can't be read (path, whether it is the second tree's, tree, error). Null: it is thrown.</summary>
    public Action<string, bool, BlobId?, RepositoryDamagedException>? Unreadable { get; init; }

    /// <summary>Compares two trees.</summary>
    /// <exception cref="RepositoryDamagedException">
    /// One of the two can't be read, or one in them, and <see cref="Unreadable"/> is null.
    /// </exception>
    public async Task CompareAsync(BlobId before, BlobId after, CancellationToken cancellationToken)
    {
        if (before == after)
        {
            CommonTrees?.Invoke(before);
            return;
        }

        _levels.Push(new Level(
            await _load(before, cancellationToken).ConfigureAwait(false),
            await _load(after, cancellationToken).ConfigureAwait(false),
            pathLength: 0));
        while (_levels.TryPeek(out Level? level))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _path.Length = level.PathLength;
            if (!level.TryTakeNext(out Node? first, out Node? second))
            {
                _levels.Pop();
                continue;
            }

            _path.Append('/').Append((first ?? second)!.Name); // one of them is there
            Visited?.Invoke(first, second);
            if (Classify(first, second) is var kind and not DiffChangeKinds.None)
            {
                bool isFolder = (second ?? first)!.Type == NodeType.Directory;
                Changed?.Invoke(new DiffChange(isFolder ? $"{_path}/" : _path.ToString(), kind, first, second));
            }

            await EnterAsync(first, second, cancellationToken).ConfigureAwait(false);
        }
    }

    private DiffChangeKinds Classify(Node? before, Node? after)
    {
        if (before is null || after is null)
        {
            return before is null ? DiffChangeKinds.Added : DiffChangeKinds.Removed;
        }

        DiffChangeKinds kind = before.Type == after.Type ? DiffChangeKinds.None : DiffChangeKinds.Type;
        if (before.Type == NodeType.File && after.Type == NodeType.File
            && !NodeComparer.HaveSameContent(before, after))
        {
            kind |= DiffChangeKinds.Content;
            if (NodeComparer.HaveSameMetadata(before, after))
            {
                kind |= DiffChangeKinds.Bitrot;
            }
        }
        else if (Metadata && !(NodeComparer.HaveSameMetadata(before, after)
            && before.Subtree == after.Subtree && NodeComparer.HaveSameContent(before, after)))
        {
            kind |= DiffChangeKinds.Metadata;
        }

        return kind;
    }

    private async Task EnterAsync(Node? before, Node? after, CancellationToken cancellationToken)
    {
        bool first = before?.Type == NodeType.Directory;
        bool second = after?.Type == NodeType.Directory;
        if (before is not null && after is not null)
        {
            if (!first || !second)
            {
                return; // not a folder any more, or not yet: one change says it all
            }

            if (before.Subtree == after.Subtree && after.Subtree is BlobId common)
            {
                CommonTrees?.Invoke(common);
                return;
            }
        }

        if (!first && !second)
        {
            return;
        }

        List<Node> nodesBefore = first ? await LoadAsync(before!, false, cancellationToken).ConfigureAwait(false) : Nothing;
        List<Node> nodesAfter = second ? await LoadAsync(after!, true, cancellationToken).ConfigureAwait(false) : Nothing;
        _levels.Push(new Level(nodesBefore, nodesAfter, _path.Length));
    }

    private async Task<List<Node>> LoadAsync(Node folder, bool isSecond, CancellationToken cancellationToken)
    {
        try
        {
            if (folder.Subtree is not BlobId id)
            {
                throw new RepositoryDamagedException(
                    $"The folder «{_path}» names no tree. Run a check to see what else is damaged.");
            }

            if (_levels.Count >= TreePath.MaxDepth)
            {
                throw TreePath.TooDeep(id);
            }

            return await _load(id, cancellationToken).ConfigureAwait(false);
        }
        catch (RepositoryDamagedException exception) when (Unreadable is not null)
        {
            Unreadable(_path.ToString(), isSecond, folder.Subtree, exception);
            return Nothing;
        }
    }

    /// <summary>Two folders that are walked side by side.</summary>
    private sealed class Level(List<Node> before, List<Node> after, int pathLength)
    {
        private int _nextBefore;
        private int _nextAfter;

        public int PathLength => pathLength;

        public bool TryTakeNext(out Node? first, out Node? second)
        {
            first = _nextBefore < before.Count ? before[_nextBefore] : null;
            second = _nextAfter < after.Count ? after[_nextAfter] : null;
            if (first is not null && second is not null)
            {
                int order = FileName.Compare(first.Name, second.Name);
                first = order <= 0 ? first : null;
                second = order >= 0 ? second : null;
            }

            _nextBefore += first is null ? 0 : 1;
            _nextAfter += second is null ? 0 : 1;
            return first is not null || second is not null;
        }
    }
}
