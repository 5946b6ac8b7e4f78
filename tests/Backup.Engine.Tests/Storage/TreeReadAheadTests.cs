using Backup.Engine.Storage;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Storage;

public sealed class TreeReadAheadTests
{
    private const int BlockLength = 512 * 1024;
    private const int MaxBlocks = 64;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly FileHandle Pack = new(FileKind.Pack, Digest.Of("pack"u8));

    [Fact]
    public async Task Any_part_is_what_the_pack_has_there()
    {
        byte[] content = Content(3 * BlockLength);
        (TreeReadAhead backend, FaultyBackend calls) = await BackendAsync(content);

        await PropertyCheck.HoldsAsync(async random =>
        {
            int length = random.Next(4) == 0 ? random.Next(1, content.Length) : random.Next(1, 5_000);
            int offset = random.Next(content.Length - length + 1);
            byte[] part = new byte[length];

            await backend.LoadRangeAsync(Pack, offset, part, None);

            Assert.True(part.AsSpan().SequenceEqual(content.AsSpan(offset, length)));
        });
        Assert.All(calls.Calls, call => Assert.Equal(BackendOperation.LoadRange, call.Operation));
    }

    [Fact]
    public async Task Trees_that_lie_together_take_one_read_however_many_want_them_at_once()
    {
        byte[] content = Content(100_000);
        (TreeReadAhead backend, FaultyBackend calls) = await BackendAsync(content);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => backend.LoadRangeAsync(Pack, i * 1_000, new byte[1_000], None)));

        Assert.Single(calls.Calls);
    }

    [Fact]
    public async Task A_pack_without_trees_is_read_as_it_is_asked_for()
    {
        byte[] content = Content(10_000);
        (TreeReadAhead backend, FaultyBackend calls) = await BackendAsync(content);
        backend.EndOfTrees = _ => 0;

        await backend.LoadRangeAsync(Pack, 0, new byte[10], None);
        await backend.LoadRangeAsync(Pack, 10, new byte[10], None);

        Assert.Equal(2, calls.CallCount);
    }

    [Fact]
    public async Task What_a_short_pack_still_has_is_given()
    {
        byte[] content = Content(10_000);
        (TreeReadAhead backend, _) = await BackendAsync(content);
        backend.EndOfTrees = _ => 20_000;
        byte[] part = new byte[100];

        await backend.LoadRangeAsync(Pack, 9_900, part, None);

        Assert.Equal(content[9_900..], part);
        await Assert.ThrowsAsync<RepositoryDamagedException>(() => backend.LoadRangeAsync(Pack, 9_950, part, None));
    }

    [Fact]
    public async Task A_block_that_had_to_make_room_is_not_read_as_a_whole_again()
    {
        byte[] content = Content((MaxBlocks + 1) * BlockLength);
        var lengths = new List<int>();
        var backend = new TreeReadAhead(new LengthsBackend(await MemoryAsync(content), lengths)) { EndOfTrees = _ => content.Length };
        for (int i = 0; i <= MaxBlocks; i++)
        {
            await backend.LoadRangeAsync(Pack, (long)i * BlockLength, new byte[10], None);
        }

        byte[] part = new byte[10];
        await backend.LoadRangeAsync(Pack, 0, part, None);
        await backend.LoadRangeAsync(Pack, 1 * BlockLength, part, None);

        Assert.Equal(content[BlockLength..(BlockLength + 10)], part);
        Assert.Equal([.. Enumerable.Repeat(BlockLength, MaxBlocks + 1), 10], lengths);
    }

    [Fact]
    public async Task Who_gives_up_does_not_take_the_others_along()
    {
        byte[] content = Content(10_000);
        var gate = new TaskCompletionSource();
        var backend = new TreeReadAhead(new GateBackend(await MemoryAsync(content), gate.Task)) { EndOfTrees = _ => content.Length };
        using var givingUp = new CancellationTokenSource();
        Task first = backend.LoadRangeAsync(Pack, 0, new byte[10], givingUp.Token);
        byte[] part = new byte[10];
        Task second = backend.LoadRangeAsync(Pack, 10, part, None);

        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        await second;

        Assert.Equal(content[10..20], part);
    }

    [Fact]
    public async Task Who_gives_up_does_not_wait_for_a_block_that_another_one_reads()
    {
        byte[] content = Content(10_000);
        var gate = new TaskCompletionSource();
        var backend = new TreeReadAhead(new GateBackend(await MemoryAsync(content), gate.Task)) { EndOfTrees = _ => content.Length };
        byte[] part = new byte[10];
        Task first = backend.LoadRangeAsync(Pack, 0, part, None);
        using var givingUp = new CancellationTokenSource();
        Task second = backend.LoadRangeAsync(Pack, 10, new byte[10], givingUp.Token);

        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.False(first.IsCompleted);
        gate.SetResult();
        await first;

        Assert.Equal(content[..10], part);
    }

    [Fact]
    public async Task What_was_damaged_is_let_go_and_nothing_else()
    {
        byte[] content = Content((MaxBlocks + 2) * BlockLength);
        (TreeReadAhead backend, FaultyBackend calls) = await BackendAsync(content);
        for (int i = 0; i < MaxBlocks + 2; i++)
        {
            await backend.LoadRangeAsync(Pack, (long)i * BlockLength, new byte[10], None); // the first two have to make room
        }

        backend.Drop(Pack.Name, (6 * BlockLength) - 5, 10);
        backend.Drop(Pack.Name, 0, 10);
        backend.Drop(Digest.Of("another pack"u8), 9 * BlockLength, 10);
        int before = calls.CallCount;
        for (int i = 2; i < MaxBlocks + 2; i++)
        {
            await backend.LoadRangeAsync(Pack, (long)i * BlockLength, new byte[10], None);
        }

        Assert.Equal(2, calls.CallCount - before);
    }

    [Fact]
    public async Task A_failed_read_is_tried_again_by_the_next_one()
    {
        byte[] content = Content(10_000);
        var calls = FaultyBackend.FailsBefore(await MemoryAsync(content), 1);
        var backend = new TreeReadAhead(calls) { EndOfTrees = _ => content.Length };
        byte[] part = new byte[10];

        await Assert.ThrowsAsync<BackendException>(() => backend.LoadRangeAsync(Pack, 0, part, None));
        await backend.LoadRangeAsync(Pack, 0, part, None);

        Assert.Equal(content[..10], part);
    }

    [Fact]
    public async Task Folders_of_a_distant_repository_take_few_reads()
    {
        var memory = new MemoryBackend();
        await using (Repository repository = await CreateAsync(memory))
        {
            var files = new MemorySource();
            for (int i = 0; i < 100; i++)
            {
                files.Add($"/folder {i}/in/it/file", "content"u8.ToArray());
            }

            await repository.BackupAsync(new BackupOptions { Source = files, Hostname = "host" }, null, None);
        }

        var calls = FaultyBackend.Recording(new UndisposedBackend(memory));
        await using Repository again = await OpenDistantAsync(calls);
        List<SnapshotItem> items = await again.ListAsync(new ListOptions { Snapshot = "latest", Recursive = true }, None).ToListAsync();
        CheckReport report = await again.CheckAsync(new CheckOptions(), null, None);

        Assert.Equal(400, items.Count);
        Assert.Empty(report.Problems);
        Assert.Equal(2, calls.Calls.Count(call => call.File.Kind == FileKind.Pack && call.Operation == BackendOperation.LoadRange));
    }

    [Fact]
    public async Task What_was_damaged_on_its_way_is_read_again()
    {
        var memory = new MemoryBackend();
        await using (Repository repository = await CreateAsync(memory))
        {
            var files = new MemorySource();
            files.Add("/folder/file", "content"u8.ToArray());
            await repository.BackupAsync(new BackupOptions { Source = files, Hostname = "host" }, null, None);
        }

        await using Repository again = await OpenDistantAsync(new NoisyBackend(new UndisposedBackend(memory)));
        List<SnapshotItem> items = await again.ListAsync(new ListOptions { Snapshot = "latest", Recursive = true }, None).ToListAsync();

        Assert.Equal(2, items.Count);
    }

    private static Task<Repository> CreateAsync(MemoryBackend memory) => Repository.CreateAsync(
        new RepositoryOptions
        {
            Location = "memory",
            Backend = new UndisposedBackend(memory),
            Password = "test"u8.ToArray(),
            KeyCost = new ScryptCost(16, 1, 1),
        },
        None);

    private static Task<Repository> OpenDistantAsync(IBackend backend)
    {
        string kind = $"distant{Guid.NewGuid():N}";
        Repository.AddBackendKind(kind, () => new BackendKind((_, _) => backend, place => place) { IsDistant = true });
        return Repository.OpenAsync(new RepositoryOptions { Location = kind + ":there", Password = "test"u8.ToArray() }, None);
    }

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private static async Task<MemoryBackend> MemoryAsync(byte[] content)
    {
        var memory = new MemoryBackend();
        await memory.SaveAsync(Pack, content, None);
        return memory;
    }

    private static async Task<(TreeReadAhead Backend, FaultyBackend Calls)> BackendAsync(byte[] content)
    {
        var calls = FaultyBackend.Recording(await MemoryAsync(content));
        return (new TreeReadAhead(calls) { EndOfTrees = _ => content.Length }, calls);
    }

    private sealed class LengthsBackend(IBackend inner, List<int> lengths) : DelegatingBackend(inner)
    {
        public override Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            lengths.Add(destination.Length);
            return base.LoadRangeAsync(file, offset, destination, cancellationToken);
        }
    }

    /// <summary>Flips a bit in the first part of a pack that is read.</summary>
    private sealed class NoisyBackend(IBackend inner) : DelegatingBackend(inner)
    {
        private int _reads;

        public override async Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            await base.LoadRangeAsync(file, offset, destination, cancellationToken);
            if (_reads++ == 0)
            {
                destination.Span[^1] ^= 1;
                destination.Span[0] ^= 1;
            }
        }
    }

    private sealed class GateBackend(IBackend inner, Task gate) : DelegatingBackend(inner)
    {
        public override async Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            await gate.WaitAsync(cancellationToken);
            await base.LoadRangeAsync(file, offset, destination, cancellationToken);
        }
    }
}
