using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>Reads all index files, those that can be read, and compares what they say of the packs.</summary>
internal sealed class IndexInspector(OpenedRepository repository, CheckLog log)
{
    private readonly Dictionary<PackId, PackFacts> _packs = [];
    private readonly List<Digest> _damaged = [];
    private readonly Lock _gate = new();
    private long _filesTotal;
    private long _filesDone;

    /// <summary>Index files to read.</summary>
    public long FilesTotal => Interlocked.Read(ref _filesTotal);

    /// <summary>Index files that were read, or could not be.</summary>
    public long FilesDone => Interlocked.Read(ref _filesDone);

    /// <summary>Index files that could not be read.</summary>
    public IReadOnlyList<Digest> Damaged => _damaged;

    /// <summary>What they say of each pack.</summary>
    public IReadOnlyDictionary<PackId, PackFacts> Packs => _packs;

    /// <summary>Throw when the repository can't be reached, instead of taking its index files for unreadable.</summary>
    public bool ToleratesOnlyDamage { get; init; }

    /// <summary>Which pack holds which blob, as far as it could be read.</summary>
    public BlobIndex Index { get; } = new();

    /// <summary>Reads them.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var names = new List<Digest>();
        await foreach (BackendFile file in repository.Backend.ListAsync(FileKind.Index, cancellationToken).ConfigureAwait(false))
        {
            names.Add(file.Handle.Name);
        }

        _filesTotal = names.Count;
        await Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = repository.Parallelism, CancellationToken = cancellationToken },
            async (name, token) =>
            {
                await ReadAsync(name, token).ConfigureAwait(false);
                Interlocked.Increment(ref _filesDone);
            }).ConfigureAwait(false);
        foreach ((PackId pack, PackFacts facts) in _packs.OrderBy(pair => pair.Key.Hash))
        {
            Inspect(pack, facts);
        }
    }

    private async Task ReadAsync(Digest name, CancellationToken cancellationToken)
    {
        IndexContents contents;
        try
        {
            contents = await repository.LoadIndexFileAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupException exception) when (exception is RepositoryDamagedException or BackendException)
        {
            lock (_gate)
            {
                _damaged.Add(name);
            }

            if (exception is BackendException error && ToleratesOnlyDamage)
            {
                await Reachability.ThrowIfAwayAsync(repository, error, cancellationToken).ConfigureAwait(false);
            }

            log.Add(new CheckProblem
            {
                Kind = CheckProblemKind.IndexUnreadable,
                Severity = CheckSeverity.Error,
                File = new FileHandle(FileKind.Index, name),
                Message = $"The index {name} can't be read. {exception.Message}",
            });
            return;
        }

        Index.Load(contents, name);
        lock (_gate)
        {
            for (int i = 0; i < contents.PackCount; i++)
            {
                Take(name, contents.PackAt(i), contents.BlobsAt(i));
            }
        }
    }

    private void Take(Digest index, PackId pack, ReadOnlySpan<PackedBlob> blobs)
    {
        if (_packs.TryGetValue(pack, out PackFacts? facts))
        {
            facts.Add(index, blobs);
        }
        else
        {
            _packs.Add(pack, new PackFacts(index, blobs));
        }
    }

    private void Inspect(PackId pack, PackFacts facts)
    {
        if (facts.IsContradictory)
        {
            Report(CheckProblemKind.IndexContradictory, CheckSeverity.Error,
                $"The index files {string.Join(", ", facts.Indexes)} say different things of pack {pack}. Repair the pack, then the index.");
        }
        else if (facts.Indexes.Count > 1)
        {
            Report(CheckProblemKind.PackIndexedTwice, CheckSeverity.Hint,
                $"Pack {pack} is in several index files: {string.Join(", ", facts.Indexes)}. That does no harm; repairing the index tidies it up.");
        }

        if (facts.HasData && facts.HasTrees)
        {
            Report(CheckProblemKind.PackMixed, CheckSeverity.Hint,
                $"Pack {pack} has both trees and data, as old programs wrote them. That does no harm; pruning separates them.");
        }

        void Report(CheckProblemKind kind, CheckSeverity severity, string message) => log.Add(new CheckProblem
        {
            Kind = kind,
            Severity = severity,
            File = new FileHandle(FileKind.Pack, pack.Hash),
            Message = message,
        });
    }
}
