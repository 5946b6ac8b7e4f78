using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Walks a source and the tree of a snapshot side by side: both have their entries in the same order.</summary>
/// <param name="load">Loads trees.</param>
/// <param name="isRootComplete">
/// Whether the source has all entries of the root. Else what only the snapshot has there is not looked at, as in all
/// folders above the paths that were asked for.
/// </param>
internal sealed class SourceMatcher(TreeLoader load, bool isRootComplete)
{
    private readonly Stack<Level> _levels = [];

    /// <summary>
    /// Gets each item: its path, what the snapshot has and what the source has, one of which may be null. What is in a folder
    /// that only the snapshot has is not told.
    /// </summary>
    public required Func<string, Node?, SourceEntry?, ValueTask> Visit { get; init; }

    /// <summary>Hears of each path that can't be compared, and why.</summary>
    public required Action<string, string> Uncompared { get; init; }

    /// <summary>Walks.</summary>
    /// <exception cref="ItemNotFoundException">A path that was asked for is not in the snapshot.</exception>
    public async Task WalkAsync(IBackupSource source, BlobId root, CancellationToken cancellationToken)
    {
        _levels.Push(new Level("/", await load(root, cancellationToken).ConfigureAwait(false), isRootComplete));
        foreach (SourceEntry entry in source.Walk(cancellationToken))
        {
            switch (entry.Kind)
            {
                case SourceEntryKind.DirectoryEnd:
                    await TellRestAsync(_levels.Pop(), null).ConfigureAwait(false);
                    break;
                case SourceEntryKind.Skipped or SourceEntryKind.Excluded:
                    await PassAsync(entry).ConfigureAwait(false);
                    break;
                default:
                    await MatchAsync(entry, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        await TellRestAsync(_levels.Pop(), null).ConfigureAwait(false);
    }

    private async Task MatchAsync(SourceEntry entry, CancellationToken cancellationToken)
    {
        Level level = _levels.Peek();
        Node? known = null;
        if (level.Nodes is not null)
        {
            string name = entry.Node!.Name; // items and directories have one
            await TellRestAsync(level, name).ConfigureAwait(false);
            known = level.Take(name);
            if (known is null && !level.IsComplete)
            {
                throw new ItemNotFoundException(
                    $"«{entry.Path}» is not in the snapshot. Name the folder that it is to be compared with, or another snapshot.");
            }

            await Visit(entry.Path, known, entry).ConfigureAwait(false);
        }

        if (entry.Kind == SourceEntryKind.DirectoryStart)
        {
            List<Node>? nodes = level.Nodes is null ? null
                : known is { Type: NodeType.Directory } ? await LoadAsync(entry.Path, known, cancellationToken).ConfigureAwait(false)
                : [];
            _levels.Push(new Level(entry.Path, nodes, !entry.IsIntermediate));
        }
    }

    /// <summary>Goes past what the source has skipped or left out: it may be in the snapshot all the same.</summary>
    private async Task PassAsync(SourceEntry entry)
    {
        if (entry is { Kind: SourceEntryKind.Skipped, SkipReason: not SkipReason.MetadataIncomplete })
        {
            Uncompared(entry.Path, entry.Reason);
        }
        else if (entry.Kind == SourceEntryKind.Skipped)
        {
            return; // the item itself follows
        }

        if (entry.SkipReason == SkipReason.NotFound)
        {
            return; // a path that was asked for: it is told before the walk begins, wherever it would stand
        }

        Level level = _levels.Peek();
        int slash = entry.Path.LastIndexOf('/');
        if (entry.Path == level.Path)
        {
            level.Forget(); // the rest of its entries can't be read
        }
        else if (level is { Nodes: not null, IsComplete: true } && entry.Path.AsSpan(0, Math.Max(1, slash)).SequenceEqual(level.Path))
        {
            string name = entry.Path[(slash + 1)..];
            await TellRestAsync(level, name).ConfigureAwait(false);
            level.Take(name);
        }
    }

    /// <summary>Tells what only the snapshot has, up to a name; null: to the end.</summary>
    private async Task TellRestAsync(Level level, string? end)
    {
        while (level.Peek() is { } node && (end is null || FileName.Compare(node.Name, end) < 0))
        {
            level.Take(node.Name);
            if (level.IsComplete)
            {
                await Visit(TreePath.Combine(level.Path, node.Name), node, null).ConfigureAwait(false);
            }
        }
    }

    private async Task<List<Node>?> LoadAsync(string path, Node folder, CancellationToken cancellationToken)
    {
        try
        {
            return folder.Subtree is BlobId tree
                ? await load(tree, cancellationToken).ConfigureAwait(false)
                : throw new RepositoryDamagedException($"The folder «{path}» names no tree. Run a check to see what else is damaged.");
        }
        catch (RepositoryDamagedException exception)
        {
            Uncompared(path, exception.Message);
            return null;
        }
    }

    /// <summary>A folder that is open on both sides.</summary>
    private sealed class Level(string path, List<Node>? nodes, bool isComplete)
    {
        private int _next;

        public string Path => path;

        /// <summary>What the snapshot has; null if it is not known, so that nothing can be compared.</summary>
        public List<Node>? Nodes { get; private set; } = nodes;

        public bool IsComplete => isComplete;

        public Node? Peek() => _next < Nodes?.Count ? Nodes[_next] : null;

        /// <summary>The next one, if it has this name.</summary>
        public Node? Take(string name)
        {
            Node? next = Peek();
            if (next?.Name != name)
            {
                return null;
            }

            _next++;
            return next;
        }

        public void Forget() => Nodes = null;
    }
}
