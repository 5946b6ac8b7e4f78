using Backup.Engine.Buffers;
using Backup.Engine.Concurrency;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>
/// Writes what is used of packs into new ones, each blob once: as it is, after it was verified, or compressed where it
/// was not. The new packs are in stored index files afterwards.
/// </summary>
/// <param name="repository">The repository, with its index loaded.</param>
/// <param name="used">What snapshots need.</param>
/// <param name="covered">What is in packs that stay; what is written is added to it.</param>
/// <param name="mustCompress">Which packs have something to compress.</param>
/// <param name="isOver">Whether no further pack is to be begun.</param>
internal sealed class Repacker(
    OpenedRepository repository, BlobSet used, BlobSet covered, Func<PackTally, bool> mustCompress, Func<bool> isOver)
{
    private long _packsDone;

    /// <summary>Packs done.</summary>
    public long PacksDone => Interlocked.Read(ref _packsDone);

    /// <summary>Writes them. Packs that are not begun in time are to be kept from then on.</summary>
    /// <exception cref="RepositoryDamagedException">A blob is damaged in all places where it is.</exception>
    public async Task RunAsync(IReadOnlyCollection<PackTally> packs, CancellationToken cancellationToken)
    {
        using var stages = new StageGroup(cancellationToken);
        var budget = MemoryBudget.For([repository], repository.Parallelism);
        using var writer = new BlobWriter(repository, stages, discards: false, repacks: true, budget);
        stages.Start(async token =>
        {
            await Parallel.ForEachAsync(
                packs,
                new ParallelOptions { MaxDegreeOfParallelism = budget.Workers, CancellationToken = token },
                async (pack, token) =>
                {
                    if (isOver())
                    {
                        pack.Action = PackAction.Keep;
                        return;
                    }

                    await RepackAsync(pack, writer, token).ConfigureAwait(false);
                    Interlocked.Increment(ref _packsDone);
                }).ConfigureAwait(false);
            await writer.CompleteAsync(token).ConfigureAwait(false);
        });
        await stages.WhenAllAsync().ConfigureAwait(false);
    }

    private async Task RepackAsync(PackTally pack, BlobWriter writer, CancellationToken cancellationToken)
    {
        bool compresses = mustCompress(pack);
        List<PackedBlob> wanted = [.. repository.Index.PackAt(pack.Number).Blobs.Where(Claim)];
        await new PackReader(repository).ReadSealedAsync(
            pack.Id,
            wanted,
            (blob, sealedBytes) => SaveAsync(pack.Id, blob, sealedBytes, compresses, writer, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>True once for each blob that is used and in no pack that stays.</summary>
    private bool Claim(PackedBlob blob)
    {
        int number = repository.Index.IndexOf(blob.Type, blob.Id);
        return used.Contains(number) && covered.Add(number);
    }

    private async ValueTask SaveAsync(
        PackId pack, PackedBlob blob, ReadOnlyMemory<byte> sealedBytes, bool compresses, BlobWriter writer, CancellationToken cancellationToken)
    {
        PooledBuffer plaintext;
        bool isSound = true;
        try
        {
            plaintext = repository.Decode(pack, blob, sealedBytes.Span);
        }
        catch (RepositoryDamagedException)
        {
            // Not lost if there is another copy: else this throws.
            plaintext = await repository.LoadBlobAsync(blob.Type, blob.Id, cancellationToken).ConfigureAwait(false);
            isSound = false;
        }

        using (plaintext)
        {
            if (isSound && (!compresses || blob.IsCompressed))
            {
                await writer.CopyAsync(blob, sealedBytes, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await writer.SaveAgainAsync(blob.Type, plaintext.Memory, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
