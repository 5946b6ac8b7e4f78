using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>Compares the packs that there are with those that the index lists.</summary>
internal sealed class PackInventory(
    OpenedRepository repository, IReadOnlyDictionary<PackId, PackFacts> indexed, CheckLog log)
{
    private long _done;

    /// <summary>Packs listed so far.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Lists the packs and notes their sizes.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (BackendFile file in repository.Backend.ListAsync(FileKind.Pack, cancellationToken).ConfigureAwait(false))
            {
                Compare(new PackId(file.Handle.Name), file.Size);
                Interlocked.Increment(ref _done);
            }
        }
        catch (BackendException exception)
        {
            log.Add(new CheckProblem
            {
                Kind = CheckProblemKind.ListingFailed,
                Severity = CheckSeverity.Error,
                Message = $"The packs can't be listed, so whether any is missing is not known. {exception.Message}",
            });
            return;
        }

        foreach ((PackId pack, PackFacts facts) in indexed.Where(pair => pair.Value.ListedSize < 0).OrderBy(pair => pair.Key.Hash))
        {
            Report(pack, CheckProblemKind.PackMissing, CheckSeverity.Error,
                $"Pack {pack} is missing: {facts.Size:N0} bytes that the index lists.");
        }
    }

    private void Compare(PackId pack, long size)
    {
        if (!indexed.TryGetValue(pack, out PackFacts? facts))
        {
            Report(pack, CheckProblemKind.PackNotIndexed, CheckSeverity.Hint,
                $"Pack {pack} with {size:N0} bytes is in no index: the leftover of an interrupted backup, or just being written. Pruning removes it.");
            return;
        }

        facts.ListedSize = size;
        if (size != facts.Size && !facts.IsContradictory)
        {
            Report(pack, CheckProblemKind.PackSizeWrong, CheckSeverity.Error,
                $"Pack {pack} has {size:N0} bytes, {facts.Size:N0} are expected: it was {(size < facts.Size ? "cut short" : "altered")}.");
        }
    }

    private void Report(PackId pack, CheckProblemKind kind, CheckSeverity severity, string message) => log.Add(new CheckProblem
    {
        Kind = kind,
        Severity = severity,
        File = new FileHandle(FileKind.Pack, pack.Hash),
        Message = message,
    });
}
