using System.Collections;
using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>
/// Writes index files anew that list packs which are to be removed, and, if there are any, those that are not full or
/// repeat others. What the new files say is what the old ones said together, without those packs.
/// </summary>
/// <param name="repository">The repository, with the index loaded from exactly the files that are looked at.</param>
/// <param name="removed">The numbers of the packs that are to be removed.</param>
/// <param name="added">Packs that no file lists as ones to be used, and that the new files are to list.</param>
/// <param name="keepsMarks">Whether marks in files that also list packs to be used are kept.</param>
internal sealed class IndexRewriter(OpenedRepository repository, BitArray removed, IEnumerable<PackTally> added, bool keepsMarks)
{
    /// <summary>A file with more blobs is no pleasure to anybody: it gets divided.</summary>
    private const int MostBlobs = 3 * IndexBuilder.MaxBlobs;

    private readonly BlobIndex _index = repository.Index;
    private readonly BitArray _written = new(removed.Length);
    private readonly List<Digest> _obsolete = [];
    private readonly Lock _gate = new();
    private IndexBuilder _builder = new();
    private long _filesDone;

    /// <summary>Files looked at.</summary>
    public long FilesDone => Interlocked.Read(ref _filesDone);

    /// <summary>Saves the new files.</summary>
    /// <param name="files">The old ones: those that the index was loaded from.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The files that are obsolete now.</returns>
    public async Task<IReadOnlyList<Digest>> SaveAsync(IReadOnlyList<Digest> files, CancellationToken cancellationToken)
    {
        foreach (PackTally pack in added)
        {
            _written[pack.Number] = true;
            _builder.Add(pack.Id, _index.PackAt(pack.Number).Blobs);
        }

        await Parallel.ForEachAsync(
            files,
            new ParallelOptions { MaxDegreeOfParallelism = repository.Parallelism, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                IndexContents contents = await repository.LoadIndexFileAsync(file, token).ConfigureAwait(false);
                if (TryTake(file, contents, out List<IndexBuilder> full))
                {
                    foreach (IndexBuilder builder in full)
                    {
                        await SaveAsync(builder, token).ConfigureAwait(false);
                    }

                    await SaveMarksAsync(contents, token).ConfigureAwait(false);
                }

                Interlocked.Increment(ref _filesDone);
            }).ConfigureAwait(false);
        await SaveAsync(_builder, cancellationToken).ConfigureAwait(false);
        return _obsolete;
    }

    private async Task SaveMarksAsync(IndexContents contents, CancellationToken cancellationToken)
    {
        if (keepsMarks && contents.Marked.Count > 0)
        {
            byte[] json = IndexDocument.EncodeMarks(contents.Marked, contents.Holders);
            await repository.SaveUnpackedAsync(FileKind.Index, json, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SaveAsync(IndexBuilder builder, CancellationToken cancellationToken)
    {
        if (!builder.IsEmpty)
        {
            await repository.SaveUnpackedAsync(FileKind.Index, builder.Encode(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes over what a file says of packs, unless the file can stay.</summary>
    private bool TryTake(Digest file, IndexContents contents, out List<IndexBuilder> full)
    {
        full = [];
        lock (_gate)
        {
            if (CanStay(contents))
            {
                for (int i = 0; i < contents.PackCount; i++)
                {
                    _written[_index.PackNumberOf(contents.PackAt(i))] = true;
                }

                return false;
            }

            _obsolete.Add(file);

            for (int i = 0; i < contents.PackCount; i++)
            {
                int number = _index.PackNumberOf(contents.PackAt(i));
                if (number < 0 || removed[number] || _written[number])
                {
                    continue; // without a number: nothing is in it
                }

                _written[number] = true;
                IndexedPack pack = _index.PackAt(number);
                _builder.Add(pack.Id, pack.Blobs);
                if (_builder.IsFull)
                {
                    full.Add(_builder);
                    _builder = new IndexBuilder();
                }
            }
        }

        return true;
    }

    /// <summary>Whether a file is full and says, of packs that stay and of which no other file speaks, all that is known.</summary>
    private bool CanStay(IndexContents contents)
    {
        if (contents.BlobCount is < IndexBuilder.MaxBlobs or > MostBlobs || (contents.Marked.Count > 0 && !keepsMarks))
        {
            return false;
        }

        for (int i = 0; i < contents.PackCount; i++)
        {
            int number = _index.PackNumberOf(contents.PackAt(i));
            if (number < 0 || removed[number] || _written[number]
                || _index.PackAt(number).Blobs.Count != contents.BlobsAt(i).Length)
            {
                return false;
            }
        }

        return true;
    }
}
