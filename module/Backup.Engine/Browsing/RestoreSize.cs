using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>
/// Counts what restoring would write. A folder that several snapshots have is read once, unless it has files with
/// several links, of which each counts once per snapshot.
/// </summary>
internal sealed class RestoreSize(TreeLoader load)
{
    private readonly Dictionary<BlobId, Sums> _known = [];

    // Of the folders that are being walked, by depth.
    private readonly List<Sums> _open = [];
    private readonly HashSet<(ulong Inode, ulong Device)> _linked = [];

    /// <summary>Entries of all snapshots so far.</summary>
    public long Items { get; private set; }

    /// <summary>Bytes of all snapshots so far.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Counts a snapshot.</summary>
    /// <param name="root">Its tree.</param>
    /// <param name="looked">Hears of each entry that is looked at.</param>
    /// <param name="cancellationToken">Ends the count.</param>
    public async Task AddAsync(BlobId root, Action looked, CancellationToken cancellationToken)
    {
        _linked.Clear();
        _open.Clear();
        _open.Add(default);
        if (!_known.TryGetValue(root, out Sums sums))
        {
            var walker = new TreeWalker(load) { Enter = Enter, Left = Leave };
            await foreach (TreeEntry entry in walker.WalkAsync(root, "/", cancellationToken).ConfigureAwait(false))
            {
                looked();
                _open[entry.Depth] += SumsOf(entry.Node);
            }

            sums = _open[0];
        }

        Items += sums.Items;
        Bytes += sums.Bytes;
    }

    private Sums SumsOf(Node node)
    {
        if (node.Type == NodeType.Directory || node.Links == 1 || node.Inode == 0)
        {
            return new Sums(1, node.Size, false);
        }

        return new Sums(1, _linked.Add((node.Inode, node.DeviceId)) ? node.Size : 0, HasLinks: true);
    }

    private bool Enter(TreeEntry folder)
    {
        if (folder.Node.Subtree is BlobId tree && _known.TryGetValue(tree, out Sums known))
        {
            _open[folder.Depth] += known;
            return false;
        }

        if (_open.Count == folder.Depth + 1)
        {
            _open.Add(default);
        }

        _open[folder.Depth + 1] = default;
        return true;
    }

    private void Leave(BlobId tree, int depth)
    {
        Sums sums = _open[depth];
        if (!sums.HasLinks)
        {
            _known[tree] = sums;
        }

        if (depth > 0)
        {
            _open[depth - 1] += sums;
        }
    }

    private readonly record struct Sums(long Items, ulong Bytes, bool HasLinks)
    {
        public static Sums operator +(Sums left, Sums right) =>
            new(left.Items + right.Items, left.Bytes + right.Bytes, left.HasLinks | right.HasLinks);
    }
}
