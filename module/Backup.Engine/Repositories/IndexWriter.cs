using Backup.Engine.Indexing;
using Backup.Engine.Packs;

namespace Backup.Engine.Repositories;

/// <summary>Collects what stored packs contain and saves it as index files.</summary>
/// <remarks>
/// A full index is saved at once, an index of ten minutes' age with the next pack: what was uploaded is found again
/// even if the program is killed.
/// </remarks>
internal sealed class IndexWriter(IUnpackedFiles files, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _saving = new(1); // a flush also waits for saves that are under way
    private IndexBuilder _builder = new();
    private long _since = time.GetTimestamp();
    private int _filesSaved;

    /// <summary>How many index files were saved.</summary>
    public int FilesSaved => Volatile.Read(ref _filesSaved);

    /// <summary>Adds a stored pack; saves the index if it is full or old.</summary>
    public async Task AddAsync(PackId pack, IReadOnlyList<PackedBlob> blobs, CancellationToken cancellationToken)
    {
        bool isDue;
        lock (_gate)
        {
            _builder.Add(pack, blobs);
            isDue = _builder.IsFull || time.GetElapsedTime(_since) >= MaxAge;
        }

        if (isDue)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Saves what has been added so far.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            IndexBuilder taken;
            lock (_gate)
            {
                taken = _builder;
                _builder = new IndexBuilder();
                _since = time.GetTimestamp();
            }

            if (!taken.IsEmpty)
            {
                await files.SaveUnpackedAsync(FileKind.Index, taken.Encode(), cancellationToken).ConfigureAwait(false);
                Interlocked.Increment(ref _filesSaved);
            }
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _saving.Dispose();
}
