using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>
/// The second half of a prune in two phases: packs are marked instead of removed, and what was marked long enough ago is
/// removed. README.md says why that is safe while others are at work.
/// </summary>
internal sealed class PackMarker(OpenedRepository repository, LockScope scope, PackMarks marks)
{
    /// <summary>Removes packs that were marked before, that nobody needs and nobody can come to need.</summary>
    /// <param name="packs">The packs of the index, judged, those that are marked included.</param>
    /// <param name="unreferenced">All packs that are in no index and of which nobody knows what they hold.</param>
    /// <returns>How many packs, and their bytes.</returns>
    public async Task<(long Packs, long Bytes)> SweepAsync(
        IReadOnlyList<PackTally> packs, IReadOnlyList<(PackId Pack, long Size)> unreferenced)
    {
        List<(PackId Pack, long Size)> due =
        [
            .. packs.Where(pack => pack.IsMarked && pack.FileSize >= 0 && marks.IsDue(pack.Id)).Select(pack => (pack.Id, pack.FileSize)),
            .. unreferenced.Where(pack => marks.IsDue(pack.Pack)),
        ];
        await new FileRemover(repository, scope)
            .RemoveAsync(due.Select(pack => new FileHandle(FileKind.Pack, pack.Pack.Hash))).ConfigureAwait(false);
        return (due.Count, due.Sum(pack => pack.Size));
    }

    /// <summary>Removes the files that mark nothing any more: when what is needed of them is in the index again.</summary>
    public Task DropMarksAsync() => new FileRemover(repository, scope)
        .RemoveAsync(marks.DueFiles.Select(file => new FileHandle(FileKind.Index, file)));

    /// <summary>Marks packs and takes them out of the index.</summary>
    /// <param name="packs">The packs, which are gone through twice: what they hold need not be in memory at the same time.</param>
    /// <param name="switchIndex">Takes them out of the index.</param>
    public async Task MarkAsync(IEnumerable<(PackId Pack, IReadOnlyList<PackedBlob> Blobs)> packs, Func<Task> switchIndex)
    {
        // First without knowing who is at work: whoever is then blocks their removal. So they are marked at any moment.
        List<Digest> first = await SaveAsync(packs, null).ConfigureAwait(false);
        await switchIndex().ConfigureAwait(false);
        IReadOnlyList<LockFile> others = await scope.ListOthersAsync().ConfigureAwait(false);
        await SaveAsync(packs, [.. others.Select(PackMarks.HolderOf).Distinct()]).ConfigureAwait(false);
        await new FileRemover(repository, scope).RemoveAsync(first.Select(file => new FileHandle(FileKind.Index, file))).ConfigureAwait(false);
    }

    private async Task<List<Digest>> SaveAsync(
        IEnumerable<(PackId Pack, IReadOnlyList<PackedBlob> Blobs)> packs, IReadOnlyList<MarkHolder>? holders)
    {
        var now = Timestamp.From(repository.Time.GetLocalNow());
        var saved = new List<Digest>();
        var pending = new List<MarkedPack>();
        int blobs = 0;
        foreach ((PackId pack, IReadOnlyList<PackedBlob> content) in packs)
        {
            pending.Add(new MarkedPack(pack, now, content));
            blobs += content.Count + 1;
            if (blobs >= IndexBuilder.MaxBlobs)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        await FlushAsync().ConfigureAwait(false);
        return saved;

        async Task FlushAsync()
        {
            if (pending.Count > 0)
            {
                byte[] json = IndexDocument.EncodeMarks(pending, holders);
                saved.Add(await repository.SaveUnpackedAsync(FileKind.Index, json, scope.Token).ConfigureAwait(false));
                pending.Clear();
                blobs = 0;
            }
        }
    }
}
