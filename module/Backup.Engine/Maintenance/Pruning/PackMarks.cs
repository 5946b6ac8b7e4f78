using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>
/// The packs that earlier runs marked for removal. Those of which the index says nothing are added to it in memory, so that
/// what is needed of them is found.
/// </summary>
internal sealed class PackMarks
{
    private readonly List<MarkFile> _files;
    private readonly HashSet<PackId> _live = [];
    private readonly HashSet<PackId> _blocked = [];
    private readonly HashSet<Digest> _blockedFiles = [];

    private PackMarks(BlobIndex index, IReadOnlyList<LockFile> others, DateTimeOffset markedBefore)
    {
        _files = [.. index.Marks];
        foreach (MarkFile file in _files)
        {
            bool isBusy = file.Holders is null
                ? others.Count > 0
                : others.Any(other => file.Holders.Contains(HolderOf(other)));
            if (isBusy || file.Packs.Any(pack => pack.Time is not { } time || time.ToDateTimeOffset() > markedBefore))
            {
                _blockedFiles.Add(file.File);
                _blocked.UnionWith(file.Packs.Select(pack => pack.Id));
            }

            _live.UnionWith(file.Packs.Select(pack => pack.Id).Where(pack => !index.ContainsPack(pack)));
        }
    }

    /// <summary>The files with marks that say nothing else.</summary>
    public IEnumerable<Digest> Files => _files.Where(file => !file.HasPacks).Select(file => file.File);

    /// <summary>The files with marks that wait for nothing any more, and say nothing else.</summary>
    public IEnumerable<Digest> DueFiles => Files.Where(file => !_blockedFiles.Contains(file));

    /// <summary>Whether a pack is marked and no index lists it.</summary>
    public bool IsLive(PackId pack) => _live.Contains(pack);

    /// <summary>Whether nobody can need a marked pack any more who does not need it now: every file that marks it says so.</summary>
    public bool IsDue(PackId pack) => _live.Contains(pack) && !_blocked.Contains(pack);

    /// <summary>Takes what the index files say.</summary>
    /// <param name="repository">The repository with its index loaded; that gets the marked packs, too.</param>
    /// <param name="others">Who is at work, as it was listed before snapshots and index were.</param>
    /// <param name="markedBefore">Only what was marked before may be removed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<PackMarks> LoadAsync(
        OpenedRepository repository, IReadOnlyList<LockFile> others, DateTimeOffset markedBefore, CancellationToken cancellationToken)
    {
        var marks = new PackMarks(repository.Index, others, markedBefore);
        foreach (MarkFile file in marks._files.Where(file => file.Packs.Any(pack => marks.IsLive(pack.Id))))
        {
            IndexContents contents = await repository.LoadIndexFileAsync(file.File, cancellationToken).ConfigureAwait(false);
            foreach (MarkedPack pack in contents.Marked.Where(pack => marks.IsLive(pack.Id) && pack.Blobs.Count > 0))
            {
                repository.Index.AddPack(pack.Id, pack.Blobs);
            }
        }

        return marks;
    }

    /// <summary>How a lock's holder is recognized.</summary>
    public static MarkHolder HolderOf(LockFile file) => new(file.Holder.Hostname, file.Holder.Pid);
}
