using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Replaces index files: what they say of packs that stay is saved in new ones before they are removed. A program that
/// is killed in between leaves the same said twice, which does no harm.
/// </summary>
internal sealed class IndexReplacement(OpenedRepository repository, IndexInspector indexes)
{
    private readonly HashSet<Digest> _obsolete = [.. indexes.Damaged];
    private readonly HashSet<PackId> _dropped = [];

    /// <summary>Index files that are to be removed.</summary>
    public IReadOnlyCollection<Digest> Obsolete => _obsolete;

    /// <summary>Packs of which no index file is to say anything any more, unless it is written anew.</summary>
    public IReadOnlySet<PackId> Dropped => _dropped;

    /// <summary>What the index files say of this pack is wrong.</summary>
    public void Drop(PackId pack)
    {
        _dropped.Add(pack);
        if (indexes.Packs.TryGetValue(pack, out PackFacts? facts))
        {
            _obsolete.UnionWith(facts.Indexes);
        }
    }

    /// <summary>All index files but one say the same of this pack: the others go.</summary>
    public void KeepFirst(PackFacts facts) => _obsolete.UnionWith(facts.Indexes.Skip(1));

    /// <summary>Adds what stays of the obsolete files to the new ones, and saves those. What they mark stays marked.</summary>
    public async Task SaveAsync(IndexWriter writer, CancellationToken cancellationToken)
    {
        if (_obsolete.Count > 0)
        {
            foreach ((PackId pack, PackFacts facts) in indexes.Packs)
            {
                if (!_dropped.Contains(pack) && facts.Indexes.All(_obsolete.Contains)
                    && indexes.Index.TryFindPack(pack, out IndexedPack? known))
                {
                    await writer.AddAsync(pack, known.Blobs, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        foreach (MarkFile marks in indexes.Index.Marks.Where(marks => _obsolete.Contains(marks.File)))
        {
            IndexContents contents = await repository.LoadIndexFileAsync(marks.File, cancellationToken).ConfigureAwait(false);
            byte[] json = IndexDocument.EncodeMarks(contents.Marked, contents.Holders);
            await repository.SaveUnpackedAsync(FileKind.Index, json, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the obsolete files. Only after <see cref="SaveAsync"/>.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> RemoveAsync(LockScope scope)
    {
        int removed = 0;
        foreach (Digest index in _obsolete.Order())
        {
            scope.ThrowIfLost();
            await repository.Backend.DeleteAsync(new FileHandle(FileKind.Index, index), scope.Token).ConfigureAwait(false);
            removed++;
        }

        return removed;
    }
}
