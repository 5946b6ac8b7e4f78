using System.Runtime.CompilerServices;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Lists what is in a snapshot.</summary>
internal sealed class ContentLister
{
    private readonly OpenedRepository _repository;
    private readonly ListOptions _options;
    private readonly string[] _paths;

    // One per path that was asked for and has not been met.
    private readonly HashSet<string> _missing;

    /// <summary>A lister for one run.</summary>
    public ContentLister(OpenedRepository repository, ListOptions options)
    {
        _repository = repository;
        _options = options;
        _paths = options.Paths.Count == 0 ? ["/"] : [.. options.Paths.Select(TreePath.Normalize).Distinct()];
        _missing = [.. _paths];
        _missing.Remove("/"); // which is always there
    }

    /// <summary>Lists it.</summary>
    public IAsyncEnumerable<SnapshotItem> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(_repository, ListAsync, cancellationToken);

    private async IAsyncEnumerable<SnapshotItem> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SnapshotPlace place = await SnapshotPlace.FindAsync(
            _repository, _options.Snapshot, _options.Filter, cancellationToken).ConfigureAwait(false);
        Action<UnreadableFolder>? unreadable = _options.Unreadable;
        var walker = new TreeWalker(_repository.LoadTreeAsync)
        {
            Enter = entry => (_options.Recursive && IsWithin(entry.Path)) || LeadsToPath(entry.Path),
            Unreadable = unreadable is null
                ? null
                : (path, tree, error) => unreadable(new UnreadableFolder(place.Snapshot.Id, path, tree, error)),
        };
        await foreach (TreeEntry entry in walker.WalkAsync(place.Tree, "/", cancellationToken).ConfigureAwait(false))
        {
            _missing.Remove(entry.Path);
            if (IsWithin(entry.Path))
            {
                yield return new SnapshotItem(entry.Path, entry.Node);
            }
        }

        if (_missing.Count > 0)
        {
            throw new ItemNotFoundException(
                $"«{string.Join("», «", _missing.Order(StringComparer.Ordinal))}» is not in the snapshot. List the whole snapshot to see which paths it has.");
        }
    }

    /// <summary>Whether a path is one that was asked for, or below it.</summary>
    private bool IsWithin(string path) => Array.Exists(_paths, wanted => IsPrefix(wanted, path));

    /// <summary>Whether a path is one that was asked for, or above it.</summary>
    private bool LeadsToPath(string path) => Array.Exists(_paths, wanted => IsPrefix(path, wanted));

    private static bool IsPrefix(string folder, string path) =>
        folder.Length == 1
        || (path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/'));
}
