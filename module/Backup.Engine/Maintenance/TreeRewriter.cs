using System.Text;
using Backup.Engine.Buffers;
using Backup.Engine.Repositories;
using Backup.Engine.Sources;
using Backup.Engine.Trees;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Writes trees anew without what a filter leaves out. Trees in which nothing is left out keep their ids and are not
/// written; of the others it is made sure first that we understand all that is in them.
/// </summary>
/// <param name="repository">The repository, with its index.</param>
/// <param name="filter">What is kept.</param>
/// <param name="writer">Takes the new trees.</param>
/// <param name="excluded">Hears of each path that is left out.</param>
internal sealed class TreeRewriter(OpenedRepository repository, ItemFilter filter, BlobWriter writer, Action<string>? excluded)
{
    /// <summary>So many trees are remembered, some 100 MB: snapshots share most of theirs.</summary>
    private const int MaxRemembered = 1_000_000;

    private readonly Dictionary<BlobId, RewrittenTree> _remembered = [];
    private readonly TreeEncoder _encoder = new();

    /// <summary>Rewrites a snapshot's tree.</summary>
    /// <param name="root">Its root.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RewriteRefusedException">A tree would lose something that we don't understand.</exception>
    /// <exception cref="RepositoryDamagedException">A tree can't be read.</exception>
    public async Task<RewrittenTree> RewriteAsync(BlobId root, CancellationToken cancellationToken)
    {
        var path = new StringBuilder();
        var levels = new Stack<RewriteLevel>();
        levels.Push(await EnterAsync(root, filter.EnterRoot(), !filter.IsForIncludes, path, levels.Count, cancellationToken)
            .ConfigureAwait(false));
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RewriteLevel level = levels.Peek();
            path.Length = level.PathLength;
            if (level.Current is not { } node)
            {
                levels.Pop();
                RewrittenTree done = await LeaveAsync(level, path, cancellationToken).ConfigureAwait(false);
                if (!levels.TryPeek(out RewriteLevel? above))
                {
                    return done;
                }

                above.Replace(above.Current!, done); // the entry that led here
                continue;
            }

            path.Append('/').Append(node.Name);
            if (node.Type != NodeType.Directory)
            {
                Judge(level, node, filter.Chooses(level.Position, node.Name), path);
                continue;
            }

            bool isChosen = filter.ChoosesDirectory(level.Position, node.Name, out FilterPosition inside, out bool mayChooseInside);
            if (!isChosen && !mayChooseInside)
            {
                Judge(level, node, false, path);
            }
            else if (node.Subtree is BlobId known && filter.IsAtNoPattern(inside) && _remembered.TryGetValue(known, out RewrittenTree rewritten))
            {
                level.Replace(node, rewritten);
            }
            else
            {
                levels.Push(await EnterAsync(node.Subtree, inside, isChosen, path, levels.Count, cancellationToken).ConfigureAwait(false));
            }
        }
    }

    private void Judge(RewriteLevel level, Node node, bool isChosen, StringBuilder path)
    {
        if (isChosen)
        {
            level.Keep(node);
        }
        else
        {
            excluded?.Invoke(path.ToString());
            level.Drop();
        }
    }

    private async Task<RewriteLevel> EnterAsync(
        BlobId? tree, FilterPosition position, bool isChosen, StringBuilder path, int depth, CancellationToken cancellationToken)
    {
        if (tree is not BlobId id)
        {
            throw new RepositoryDamagedException($"The folder «{path}» names no tree. Run a check to see what else is damaged.");
        }

        if (depth >= TreePath.MaxDepth)
        {
            throw TreePath.TooDeep(id);
        }

        List<Node> nodes = await repository.LoadTreeAsync(id, cancellationToken).ConfigureAwait(false);
        return new RewriteLevel(id, nodes, position, isChosen, path.Length);
    }

    private async Task<RewrittenTree> LeaveAsync(RewriteLevel level, StringBuilder path, CancellationToken cancellationToken)
    {
        BlobId? tree = level.Tree;
        if (!level.IsChosen && !level.Left.Any())
        {
            tree = null;
        }
        else if (level.IsChanged)
        {
            await EnsureReproducibleAsync(level.Tree, path, cancellationToken).ConfigureAwait(false);
            _encoder.Reset();
            foreach (Node node in level.Left)
            {
                _encoder.Add(node);
            }

            tree = (await writer.SaveAsync(BlobType.Tree, _encoder.Finish(), cancellationToken).ConfigureAwait(false)).Id;
        }

        var rewritten = new RewrittenTree(tree, level.Files, level.Bytes);
        if (_remembered.Count < MaxRemembered && filter.IsAtNoPattern(level.Position))
        {
            _remembered[level.Tree] = rewritten;
        }

        return rewritten;
    }

    private async Task EnsureReproducibleAsync(BlobId tree, StringBuilder path, CancellationToken cancellationToken)
    {
        using PooledBuffer json = await repository.LoadBlobAsync(BlobType.Tree, tree, cancellationToken).ConfigureAwait(false);
        if (!TreeDecoder.ReproducesExactly(json.Span))
        {
            throw new RewriteRefusedException(
                $"The folder «{(path.Length == 0 ? "/" : path)}» (tree {tree}) was written by a program that knows more than this one: "
                    + "written anew it would lose something. Use that program, or patterns that leave this folder as it is. Nothing was changed.");
        }
    }
}
