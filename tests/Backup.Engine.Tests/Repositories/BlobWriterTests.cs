using System.Buffers.Binary;
using Backup.Engine.Concurrency;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Repositories;

public sealed class BlobWriterTests
{
    [Fact]
    public Task Every_blob_that_many_threads_save_is_in_a_stored_pack_and_index() => PropertyCheck.HoldsAsync(10, async random =>
    {
        await using var backend = new MemoryBackendScope();
        await using OpenedRepository repository = await backend.CreateAsync();
        int perThread = random.Next(1, 3000);

        using (var stages = new StageGroup(CancellationToken.None))
        using (var writer = new BlobWriter(repository, stages, discards: false))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
            {
                for (int i = 0; i < perThread; i++)
                {
                    // Every other blob is saved by two threads.
                    await writer.SaveAsync(BlobType.Data, Content((i % 2 == 0 ? thread / 2 : thread) * 10_000 + i), CancellationToken.None);
                }
            })));
            await writer.CompleteAsync(CancellationToken.None);
            await stages.WhenAllAsync();
        }

        repository.ForgetIndex();
        await repository.LoadIndexAsync(CancellationToken.None);
        for (int i = 0; i < perThread; i++)
        {
            Assert.True(repository.Index.Contains(BlobType.Data, BlobId.Of(Content((i % 2 == 0 ? 1 : 3) * 10_000 + i))));
        }
    });

    [Fact]
    public async Task A_flush_makes_durable_what_was_saved_before_it()
    {
        await using var backend = new MemoryBackendScope();
        await using OpenedRepository repository = await backend.CreateAsync();
        using var stages = new StageGroup(CancellationToken.None);
        using var writer = new BlobWriter(repository, stages, discards: false);
        SavedBlob blob = await writer.SaveAsync(BlobType.Tree, Content(1), CancellationToken.None);

        await writer.FlushAsync(CancellationToken.None);

        await using OpenedRepository other = await backend.OpenAsync();
        await other.LoadIndexAsync(CancellationToken.None);
        Assert.True(other.Index.Contains(BlobType.Tree, blob.Id));
        await writer.CompleteAsync(CancellationToken.None);
        await stages.WhenAllAsync();
    }

    [Fact]
    public async Task What_is_left_in_the_end_shares_one_pack_of_each_type()
    {
        await using var backend = new MemoryBackendScope();
        await using OpenedRepository repository = await backend.CreateAsync();
        using var stages = new StageGroup(CancellationToken.None);
        using var writer = new BlobWriter(repository, stages, discards: false);
        var saved = new List<(BlobType Type, BlobId Id, int Number)>();
        for (int i = 0; i < 200; i++) // enough for each of the open packs to get some
        {
            BlobType type = i % 2 == 0 ? BlobType.Data : BlobType.Tree;
            saved.Add((type, (await writer.SaveAsync(type, Content(i), CancellationToken.None)).Id, i));
        }

        await writer.CompleteAsync(CancellationToken.None);
        await stages.WhenAllAsync();

        Assert.Equal(2, repository.Index.PackCount);
        foreach ((BlobType type, BlobId id, int number) in saved)
        {
            using Backup.Engine.Buffers.PooledBuffer loaded = await repository.LoadBlobAsync(type, id, CancellationToken.None);
            Assert.True(loaded.Span.SequenceEqual(Content(number)));
        }
    }

    [Fact]
    public async Task A_blob_larger_than_a_pack_gets_its_own()
    {
        await using var backend = new MemoryBackendScope();
        await using OpenedRepository repository = await backend.CreateAsync();
        byte[] large = new byte[20_000_000];
        new Random(1).NextBytes(large);
        using var stages = new StageGroup(CancellationToken.None);
        using var writer = new BlobWriter(repository, stages, discards: false);

        await writer.SaveAsync(BlobType.Tree, Content(1), CancellationToken.None);
        SavedBlob blob = await writer.SaveAsync(BlobType.Tree, large, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        await stages.WhenAllAsync();

        Assert.Equal(2, repository.Index.PackCount);
        using Backup.Engine.Buffers.PooledBuffer loaded = await repository.LoadBlobAsync(BlobType.Tree, blob.Id, CancellationToken.None);
        Assert.True(loaded.Span.SequenceEqual(large));
    }

    private static byte[] Content(int number)
    {
        byte[] content = new byte[100];
        BinaryPrimitives.WriteInt32LittleEndian(content, number);
        return content;
    }

    private sealed class MemoryBackendScope : IAsyncDisposable
    {
        private readonly MemoryBackend _backend = new();

        public Task<OpenedRepository> CreateAsync() => OpenedRepository.CreateAsync(Options, CancellationToken.None);

        public ValueTask DisposeAsync() => _backend.DisposeAsync();

        public Task<OpenedRepository> OpenAsync() => OpenedRepository.OpenAsync(Options, CancellationToken.None);

        private RepositoryOptions Options => new()
        {
            Location = "memory",
            Backend = new UndisposedBackend(_backend),
            Password = "test"u8.ToArray(),
            KeyCost = new ScryptCost(16, 1, 1),
        };
    }
}
