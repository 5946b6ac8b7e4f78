using System.Threading.Channels;
using Backup.Engine.Concurrency;

namespace Backup.Engine.Repositories;

/// <summary>
/// Visits every tree below some roots once, several at the same time: for what looks at everything that snapshots need,
/// whatever they share.
/// </summary>
/// <param name="load">Loads trees; called from several threads.</param>
/// <param name="parallelism">How many trees are loaded at the same time.</param>
internal sealed class TreeStreamer(TreeLoader load, int parallelism)
{
    /// <summary>
    /// True for a tree that is met for the first time. Called from several threads; of two that ask for the same tree
    /// at the same time one gets true.
    /// </summary>
    public required Func<BlobId, bool> Claim { get; init; }

    /// <summary>Takes the entries of each tree. Called from several threads.</summary>
    public required Action<TreeVisit, List<Node>> Loaded { get; init; }

    /// <summary>Takes the trees that can't be loaded. Called from several threads. Null: the first error is thrown.</summary>
    public Action<TreeVisit, BackupException>? Failed { get; init; }

    /// <summary>Visits the trees.</summary>
    public async Task VisitAsync(IEnumerable<TreeVisit> roots, CancellationToken cancellationToken)
    {
        // Deep ones first: then no more wait than are in the folders on the paths that are walked, as in a recursion.
        var queue = Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<TreeVisit>
        {
            Comparer = Comparer<TreeVisit>.Create((left, right) => right.Depth.CompareTo(left.Depth)),
        });
        int pending = 1; // the roots as a whole
        using var stages = new StageGroup(cancellationToken);
        stages.Start(token =>
        {
            foreach (TreeVisit root in roots)
            {
                token.ThrowIfCancellationRequested();
                Enqueue(root);
            }

            Finish();
            return Task.CompletedTask;
        });
        for (int i = 0; i < parallelism; i++)
        {
            stages.Start(async token =>
            {
                await foreach (TreeVisit visit in queue.Reader.ReadAllAsync(token).ConfigureAwait(false))
                {
                    await VisitAsync(visit, Enqueue, token).ConfigureAwait(false);
                    Finish();
                }
            });
        }

        await stages.WhenAllAsync().ConfigureAwait(false);

        void Enqueue(TreeVisit visit)
        {
            if (Claim(visit.Tree))
            {
                Interlocked.Increment(ref pending);
                queue.Writer.TryWrite(visit); // it has no bound
            }
        }

        void Finish()
        {
            if (Interlocked.Decrement(ref pending) == 0)
            {
                queue.Writer.Complete();
            }
        }
    }

    private async Task VisitAsync(TreeVisit visit, Action<TreeVisit> enqueue, CancellationToken cancellationToken)
    {
        List<Node> nodes;
        try
        {
            if (visit.Depth >= TreePath.MaxDepth)
            {
                throw TreePath.TooDeep(visit.Tree);
            }

            nodes = await load(visit.Tree, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupException exception) when (Failed is not null)
        {
            Failed(visit, exception);
            return;
        }

        Loaded(visit, nodes);
        foreach (Node node in nodes)
        {
            if (node.Type == NodeType.Directory && node.Subtree is BlobId tree && !tree.Hash.IsZero)
            {
                enqueue(visit.Enter(node.Name, tree));
            }
        }
    }
}
