using Backup.Engine;
using Xunit;

namespace Backup.TestKit;

/// <summary>What every backend has to do. The tests of each one inherit this class.</summary>
public abstract class BackendContract : IAsyncLifetime
{
    private const int Large = 20 << 20;

    private IBackend? _backend;

    /// <summary>All kinds of files.</summary>
    public static TheoryData<FileKind> Kinds => new(Enum.GetValues<FileKind>());

    /// <summary>All kinds of files that have names.</summary>
    public static TheoryData<FileKind> NamedKinds => new(Enum.GetValues<FileKind>().Except([FileKind.Config]));

    /// <summary>The backend under test, prepared and empty.</summary>
    protected IBackend Backend => _backend ?? throw new InvalidOperationException("The test has not begun.");

    /// <summary>
    /// Whether of several who save the same name at the same instant only one can succeed. Files are named by their content,
    /// so those who do have the same one; a server that looks first and then renames lets several in.
    /// </summary>
    protected virtual bool SavesExclusively => true;

    /// <inheritdoc/>
    public virtual async Task InitializeAsync()
    {
        _backend = Open();
        await _backend.CreateAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        if (_backend is not null)
        {
            await _backend.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_saved_file_is_read_back(FileKind kind)
    {
        (FileHandle file, byte[] content) = NewFile(kind, 1000);

        await Backend.SaveAsync(file, content, CancellationToken.None);

        Assert.Equal(content, await Backend.LoadAsync(file, content.Length, CancellationToken.None));
        Assert.Equal(1000, await Backend.GetSizeAsync(file, CancellationToken.None));
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(0, 1)]
    [InlineData(1, 500)]
    [InlineData(999, 1)]
    [InlineData(1000, 0)]
    [InlineData(0, 0)]
    public async Task A_part_of_a_file_is_read(int offset, int length)
    {
        (FileHandle file, byte[] content) = NewFile(FileKind.Pack, 1000);
        await Backend.SaveAsync(file, content, CancellationToken.None);
        byte[] part = new byte[length];

        await Backend.LoadRangeAsync(file, offset, part, CancellationToken.None);

        Assert.Equal(content[offset..(offset + length)], part);
    }

    [Theory]
    [InlineData(0, 1001)]
    [InlineData(999, 2)]
    [InlineData(1000, 1)]
    [InlineData(1001, 1)]
    [InlineData(long.MaxValue, 1)]
    public async Task A_part_beyond_the_end_is_damage(long offset, int length)
    {
        (FileHandle file, byte[] content) = NewFile(FileKind.Pack, 1000);
        await Backend.SaveAsync(file, content, CancellationToken.None);

        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => Backend.LoadRangeAsync(file, offset, new byte[length], CancellationToken.None));

        Assert.Contains(file.Name.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_negative_offset_is_a_fault_of_the_caller()
    {
        (FileHandle file, byte[] content) = NewFile(FileKind.Pack, 10);
        await Backend.SaveAsync(file, content, CancellationToken.None);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Backend.LoadRangeAsync(file, -1, new byte[1], CancellationToken.None));
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        (FileHandle file, _) = NewFile(FileKind.Lock, 0);

        await Backend.SaveAsync(file, ReadOnlyMemory<byte>.Empty, CancellationToken.None);

        Assert.Empty(await Backend.LoadAsync(file, 0, CancellationToken.None));
        Assert.Equal([new BackendFile(file, 0)], await ListAsync(FileKind.Lock));
    }

    [Fact]
    public async Task A_large_file_is_read_back_whole_and_in_parts()
    {
        (FileHandle file, byte[] content) = NewFile(FileKind.Pack, Large);
        byte[] part = new byte[5 << 20];

        await Backend.SaveAsync(file, content, CancellationToken.None);
        await Backend.LoadRangeAsync(file, Large - part.Length, part, CancellationToken.None);
        byte[] whole = await Backend.LoadAsync(file, Large, CancellationToken.None);

        Assert.True(content.AsSpan().SequenceEqual(whole));
        Assert.True(content.AsSpan(Large - part.Length).SequenceEqual(part));
    }

    [Fact]
    public async Task A_file_longer_than_allowed_is_damage()
    {
        (FileHandle file, byte[] content) = NewFile(FileKind.Snapshot, 1000);
        await Backend.SaveAsync(file, content, CancellationToken.None);

        await Assert.ThrowsAsync<RepositoryDamagedException>(() => Backend.LoadAsync(file, 999, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_missing_file_is_not_found(FileKind kind)
    {
        (FileHandle file, _) = NewFile(kind, 10);

        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => Backend.LoadAsync(file, 10, CancellationToken.None));
        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => Backend.LoadRangeAsync(file, 0, new byte[1], CancellationToken.None));
        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => Backend.GetSizeAsync(file, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_is_never_overwritten(FileKind kind)
    {
        (FileHandle file, byte[] content) = NewFile(kind, 1000);
        await Backend.SaveAsync(file, content, CancellationToken.None);

        await Assert.ThrowsAsync<BackendFileExistsException>(() => Backend.SaveAsync(file, new byte[5], CancellationToken.None));

        Assert.Equal(content, await Backend.LoadAsync(file, 1000, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_removed_file_is_gone_and_may_come_again(FileKind kind)
    {
        (FileHandle file, byte[] content) = NewFile(kind, 1000);
        await Backend.SaveAsync(file, content, CancellationToken.None);

        await Backend.DeleteAsync(file, CancellationToken.None);

        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => Backend.LoadAsync(file, 1000, CancellationToken.None));
        Assert.Empty(await ListAsync(kind));
        await Backend.SaveAsync(file, content, CancellationToken.None);
        Assert.Equal(content, await Backend.LoadAsync(file, 1000, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Removing_what_is_not_there_is_no_error(FileKind kind) =>
        await Backend.DeleteAsync(NewFile(kind, 10).File, CancellationToken.None);

    [Theory]
    [MemberData(nameof(NamedKinds))]
    public async Task A_listing_has_all_files_of_the_kind_and_no_others(FileKind kind)
    {
        var expected = new HashSet<BackendFile>();
        foreach (FileKind other in Enum.GetValues<FileKind>())
        {
            (FileHandle file, byte[] content) = NewFile(other, 20);
            await Backend.SaveAsync(file, content, CancellationToken.None);
            if (other == kind)
            {
                expected.Add(new BackendFile(file, 20));
            }
        }

        for (int i = 0; i < 20; i++)
        {
            (FileHandle file, byte[] content) = NewFile(kind, 100 + i);
            await Backend.SaveAsync(file, content, CancellationToken.None);
            expected.Add(new BackendFile(file, 100 + i));
        }

        List<BackendFile> files = await ListAsync(kind);

        Assert.Equal(expected.Count, files.Count);
        Assert.Equal(expected, files.ToHashSet());
    }

    [Fact]
    public async Task The_config_file_is_listed_too()
    {
        List<BackendFile> before = await ListAsync(FileKind.Config);

        await Backend.SaveAsync(FileHandle.Config, new byte[7], CancellationToken.None);

        Assert.Empty(before);
        Assert.Equal([new BackendFile(FileHandle.Config, 7)], await ListAsync(FileKind.Config));
    }

    [Fact]
    public async Task Of_those_who_save_the_same_name_at_once_exactly_one_wins()
    {
        for (int round = 0; round < 10; round++)
        {
            FileHandle file = NewFile(FileKind.Lock, 10).File;

            int[] winners = (await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => TrySaveAsync(file, i)))))
                .OfType<int>().ToArray();

            Assert.NotEmpty(winners);
            Assert.True(winners.Length == 1 || !SavesExclusively, $"{winners.Length} saved the same name.");
            byte[] content = await Backend.LoadAsync(file, 100_000, CancellationToken.None);
            Assert.Equal(100_000, content.Length);
            Assert.Contains(content[0], winners.Select(winner => (byte)winner));
            Assert.Equal(-1, content.AsSpan().IndexOfAnyExcept(content[0]));
        }
    }

    [Fact]
    public async Task A_listing_during_writes_shows_only_whole_files()
    {
        const int Size = 300_000;
        var saved = new List<FileHandle>();
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 40; i++)
            {
                (FileHandle file, byte[] content) = NewFile(FileKind.Index, Size);
                await Backend.SaveAsync(file, content, CancellationToken.None);
                saved.Add(file);
                if (i % 3 == 0)
                {
                    await Backend.DeleteAsync(file, CancellationToken.None);
                    saved.Remove(file);
                }
            }
        });

        var seen = new List<BackendFile>();
        while (!writing.IsCompleted)
        {
            seen.AddRange(await ListAsync(FileKind.Index));
            await Task.Yield();
        }

        await writing;
        Assert.All(seen, file => Assert.Equal(Size, file.Size));
        Assert.Equal(saved.ToHashSet(), (await ListAsync(FileKind.Index)).Select(file => file.Handle).ToHashSet());
    }

    [Fact]
    public async Task Many_may_work_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 5; i++)
            {
                (FileHandle file, byte[] content) = NewFile(FileKind.Pack, 50_000);
                await Backend.SaveAsync(file, content, CancellationToken.None);
                Assert.Equal(content, await Backend.LoadAsync(file, 50_000, CancellationToken.None));
            }
        })));

        Assert.Equal(40, (await ListAsync(FileKind.Pack)).Count);
    }

    [Fact]
    public async Task What_is_saved_belongs_to_the_backend()
    {
        (FileHandle file, byte[] content) = NewFile(FileKind.Snapshot, 100);
        byte[] lent = (byte[])content.Clone();
        await Backend.SaveAsync(file, lent, CancellationToken.None);

        lent.AsSpan().Clear();
        (await Backend.LoadAsync(file, 100, CancellationToken.None)).AsSpan().Clear();

        Assert.Equal(content, await Backend.LoadAsync(file, 100, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_cancelled_does_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        (FileHandle present, byte[] content) = NewFile(FileKind.Pack, 10);
        FileHandle absent = NewFile(FileKind.Pack, 10).File;
        await Backend.SaveAsync(present, content, CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Backend.CreateAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Backend.SaveAsync(absent, content, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Backend.LoadAsync(present, 10, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Backend.LoadRangeAsync(present, 0, new byte[1], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Backend.GetSizeAsync(present, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Backend.DeleteAsync(present, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Backend.ListAsync(FileKind.Pack, cancelled).CountAsync());

        Assert.Equal([new BackendFile(present, 10)], await ListAsync(FileKind.Pack));
    }

    [Fact]
    public async Task Preparing_twice_changes_nothing()
    {
        (FileHandle file, byte[] content) = NewFile(FileKind.Key, 10);
        await Backend.SaveAsync(file, content, CancellationToken.None);

        await Backend.CreateAsync(CancellationToken.None);

        Assert.Equal(content, await Backend.LoadAsync(file, 10, CancellationToken.None));
    }

    /// <summary>A file that no test has yet; of a config file only the content is new.</summary>
    protected static (FileHandle File, byte[] Content) NewFile(FileKind kind, int size)
    {
        byte[] content = new byte[size];
        Random.Shared.NextBytes(content);
        Span<byte> name = stackalloc byte[Digest.Length];
        Random.Shared.NextBytes(name);
        return (kind == FileKind.Config ? FileHandle.Config : new FileHandle(kind, new Digest(name)), content);
    }

    /// <summary>All files of a kind.</summary>
    protected async Task<List<BackendFile>> ListAsync(FileKind kind) =>
        await Backend.ListAsync(kind, CancellationToken.None).ToListAsync();

    /// <summary>A new backend at an empty place, which the test disposes.</summary>
    protected abstract IBackend Open();

    private async Task<int?> TrySaveAsync(FileHandle file, int value)
    {
        byte[] content = new byte[100_000];
        content.AsSpan().Fill((byte)value);
        try
        {
            await Backend.SaveAsync(file, content, CancellationToken.None);
            return value;
        }
        catch (BackendFileExistsException)
        {
            return null; // another one won; the test counts those who did
        }
    }
}
