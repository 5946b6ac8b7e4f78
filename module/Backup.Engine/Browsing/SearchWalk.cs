using System.Runtime.CompilerServices;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Walks one snapshot after the other for a search and remembers trees in which there is nothing to find.</summary>
internal sealed class SearchWalk(OpenedRepository repository, IItemSearch search)
{
    private readonly BlobSet _barren = new(repository.Index);

    // Whether something was found in the folders on the path, by depth of their entries.
    private readonly List<bool> _fruitful = [];

    /// <summary>Finds what there is in a snapshot.</summary>
    public async IAsyncEnumerable<FindMatch> FindAsync(
        Snapshot snapshot, Action<UnreadableFolder>? unreadable, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (FindMatch match in search.MatchRoot(snapshot))
        {
            yield return match;
        }

        if (search.DependsOnTreeAlone(0) && _barren.Contains(BlobType.Tree, snapshot.Tree))
        {
            yield break;
        }

        _fruitful.Clear();
        _fruitful.Add(false);
        var walker = new TreeWalker(repository.LoadTreeAsync)
        {
            Enter = Enter,
            Left = Leave,
            Unreadable = unreadable is null
                ? null
                : (path, tree, error) =>
                {
                    _fruitful[^1] = true; // nobody knows, so that it is told for each snapshot
                    unreadable(new UnreadableFolder(snapshot.Id, path, tree, error));
                },
        };
        await foreach (TreeEntry entry in walker.WalkAsync(snapshot.Tree, "/", cancellationToken).ConfigureAwait(false))
        {
            foreach (FindMatch match in search.Match(snapshot, entry))
            {
                _fruitful[entry.Depth] = true;
                yield return match;
            }
        }
    }

    private bool Enter(TreeEntry folder)
    {
        if (!search.Enter(folder))
        {
            return false;
        }

        if (folder.Node.Subtree is BlobId tree && search.DependsOnTreeAlone(folder.Depth + 1)
            && _barren.Contains(BlobType.Tree, tree))
        {
            return false;
        }

        _fruitful.RemoveRange(folder.Depth + 1, _fruitful.Count - folder.Depth - 1);
        _fruitful.Add(false);
        return true;
    }

    private void Leave(BlobId tree, int depth)
    {
        if (!_fruitful[depth])
        {
            if (search.DependsOnTreeAlone(depth))
            {
                _barren.Add(BlobType.Tree, tree);
            }
        }
        else if (depth > 0)
        {
            _fruitful[depth - 1] = true;
        }
    }
}
