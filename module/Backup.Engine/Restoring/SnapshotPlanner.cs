using Backup.Engine.Restoring.Targets;
using System.Threading.Channels;
using Backup.Engine.Sources;

namespace Backup.Engine.Restoring;

/// <summary>
/// Walks the trees of a snapshot, makes the directories, and plans what is to be done for every other item. One thread;
/// goes on where it stopped when a plan was full.
/// </summary>
/// <remarks>
/// A stack instead of recursion, and a limit for its depth: a forged snapshot may be nested as deep as it likes. Nothing
/// that it says is believed: names are judged, duplicates are refused.
/// </remarks>
internal sealed class SnapshotPlanner
{
    /// <summary>Deeper trees are refused: they fit in no path (4,096 bytes, two per level), and their own path costs memory.</summary>
    private const int MaxDepth = 4096;

    private readonly RestoreJob _job;
    private readonly TreePrefetcher _prefetcher;
    private readonly DirectoryMaker _directories;
    private readonly ItemPlanner _items;
    private readonly Stack<WalkLevel> _levels = new();
    private readonly bool _forWindows = OperatingSystem.IsWindows();
    private readonly Func<string, string>? _fold =
        OperatingSystem.IsWindows() ? NameRules.FoldForWindows : OperatingSystem.IsMacOS() ? NameRules.FoldForMacOS : null;

    /// <summary>Begins at the root of what is restored.</summary>
    /// <param name="job">The restore.</param>
    /// <param name="nodes">The root's entries.</param>
    /// <param name="cancellationToken">Ends loading ahead.</param>
    public SnapshotPlanner(RestoreJob job, List<Node> nodes, CancellationToken cancellationToken)
    {
        _job = job;
        _prefetcher = new TreePrefetcher(job.Repository, cancellationToken);
        _directories = new DirectoryMaker(job);
        _items = new ItemPlanner(job);
        _levels.Push(new WalkLevel(job.Root, nodes));
    }

    /// <summary>Whether everything has been planned.</summary>
    public bool IsComplete => _levels.Count == 0;

    /// <summary>Plans until the plan is full or nothing is left.</summary>
    /// <param name="plan">Takes what is to be done.</param>
    /// <param name="comparisons">Takes files that exist and have to be compared first.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public async Task FillAsync(RestorePlan plan, ChannelWriter<ExistingFile> comparisons, CancellationToken cancellationToken)
    {
        while (_levels.TryPeek(out WalkLevel? level) && !plan.IsFull)
        {
            cancellationToken.ThrowIfCancellationRequested();
            level.LoadAhead(_prefetcher, _job.Filter);
            if (!level.TryNext(out Node? node))
            {
                plan.Directories.Add(level.Directory);
                _levels.Pop();
            }
            else if (IsAcceptable(level, node))
            {
                await PlanAsync(plan, comparisons, level, node, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits for what is being loaded ahead.</summary>
    public Task StopAsync() => _prefetcher.StopAsync();

    private async Task PlanAsync(
        RestorePlan plan, ChannelWriter<ExistingFile> comparisons, WalkLevel level, Node node, CancellationToken cancellationToken)
    {
        if (node.Type == NodeType.Directory)
        {
            await EnterAsync(level, node, cancellationToken).ConfigureAwait(false);
        }
        else if (node.Type != NodeType.Socket // a socket without its process is of no use
            && _job.Filter.Chooses(level.Directory.Filter, node.Name)
            && _directories.TryMake(level.Directory)
            && _items.Plan(plan, level.Directory, node) is { } existing)
        {
            await comparisons.WriteAsync(existing, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsAcceptable(WalkLevel level, Node node)
    {
        if (NameRules.Judge(node.Name, _forWindows) is { } reason)
        {
            Refuse(level, node, RestoreIssueKind.NameRefused, $"{reason} The item was not restored.");
            return false;
        }

        if (level.IsDuplicate(node))
        {
            Refuse(level, node, RestoreIssueKind.Duplicate, "The snapshot has two items of this name; only the first one was restored.");
            return false;
        }

        if (_fold is not null && level.IsFoldedDuplicate(_fold(node.Name)))
        {
            Refuse(level, node, RestoreIssueKind.Duplicate, "This system takes the name for that of another item in the same folder; only the first one was restored.");
            return false;
        }

        return true;
    }

    private void Refuse(WalkLevel level, Node node, RestoreIssueKind kind, string message)
    {
        level.Directory.IsDoubtful = true;
        _job.Log.Error(level.Directory.PathOf(Escape(node.Name)), kind, message);
    }

    private async Task EnterAsync(WalkLevel level, Node node, CancellationToken cancellationToken)
    {
        bool isChosen = _job.Filter.ChoosesDirectory(
            level.Directory.Filter, node.Name, out FilterPosition inside, out bool mayChooseInside);
        if (!isChosen && !mayChooseInside)
        {
            return;
        }

        if (node.Subtree is not { } tree)
        {
            Fail(level, node, "The snapshot names no tree for this directory. Run a check.");
            return;
        }

        if (_levels.Count >= MaxDepth)
        {
            Fail(level, node, $"The directory is nested more than {MaxDepth:N0} levels deep: the snapshot must be forged.");
            return;
        }

        var directory = new DirectoryPlan(level.Directory, node.Name) { Node = node, Tree = tree, Filter = inside };
        if (isChosen && !_directories.TryMake(directory))
        {
            return;
        }

        List<Node> nodes = [];
        if (mayChooseInside)
        {
            try
            {
                nodes = await level.TakeAheadAsync(_prefetcher).ConfigureAwait(false)
                    ?? await _job.Repository.LoadTreeAsync(tree, cancellationToken).ConfigureAwait(false);
            }
            catch (BackupException exception)
            {
                directory.IsDoubtful = true;
                _job.Log.Error(
                    directory.ToString(), RestoreIssueKind.Damaged, $"What is in this directory could not be restored. {exception.Message}");
            }
        }

        _levels.Push(new WalkLevel(directory, nodes));
    }

    private void Fail(WalkLevel level, Node node, string message)
    {
        level.Directory.IsDoubtful = true;
        _job.Log.Fail(level.Directory, node.Name, NodeType.Directory, RestoreIssueKind.Damaged, message);
    }

    // A refused name may be anything: it goes to logs and terminals only in a form that does no harm there.
    private static string Escape(string name)
    {
        ReadOnlySpan<char> shown = name.AsSpan(0, Math.Min(name.Length, 100));
        var escaped = new System.Text.StringBuilder();
        foreach (char character in shown)
        {
            if (char.IsControl(character))
            {
                escaped.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.Append(name.Length > shown.Length ? "…" : "").ToString();
    }
}
