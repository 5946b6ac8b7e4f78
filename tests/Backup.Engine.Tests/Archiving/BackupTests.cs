using System.Text;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Archiving;

/// <summary>Whole backups through the façade, in memory.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_stores_every_file_once_and_reads_back()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        byte[] large = RandomBytes(20_000_000);
        source.Add("/a/large", large);
        source.Add("/a/copy of large", large);
        source.Add("/a/b/small", "hello"u8.ToArray());
        source.Add("/empty", []);

        BackupSummary summary = await fixture.BackupAsync(source);

        Assert.Empty(summary.Skipped);
        Assert.Equal(4UL, summary.Counts.FilesNew);
        Assert.Equal(2UL, summary.Counts.DirsNew);
        Assert.InRange(summary.Counts.DataAdded, 20_000_000UL, 20_010_000UL);
        Assert.Equal(large, await fixture.ReadAsync(summary.Snapshot!, "/a/large"));
        Assert.Equal(large, await fixture.ReadAsync(summary.Snapshot!, "/a/copy of large"));
        Assert.Equal("hello"u8.ToArray(), await fixture.ReadAsync(summary.Snapshot!, "/a/b/small"));
        Assert.Empty(await fixture.ReadAsync(summary.Snapshot!, "/empty"));
    }

    [Fact]
    public async Task An_unchanged_file_is_not_opened_again()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        source.Add("/kept", RandomBytes(1000));
        source.Add("/changed", RandomBytes(1000));
        BackupSummary first = await fixture.BackupAsync(source);
        source.Opened.Clear();
        source.Add("/changed", RandomBytes(1000, seed: 2), seconds: 1_700_000_001);

        BackupSummary second = await fixture.BackupAsync(source);

        Assert.Equal(["/changed"], source.Opened);
        Assert.Equal(first.Snapshot!.Id, second.Parent);
        Assert.Equal((0UL, 1UL, 1UL), (second.Counts.FilesNew, second.Counts.FilesChanged, second.Counts.FilesUnmodified));
        Assert.Equal(RandomBytes(1000), await fixture.ReadAsync(second.Snapshot!, "/kept"));
    }

    [Fact]
    public async Task A_full_backup_reads_everything_and_adds_nothing()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        source.Add("/file", RandomBytes(3_000_000));
        BackupSummary first = await fixture.BackupAsync(source);
        source.Opened.Clear();

        BackupSummary second = await fixture.BackupAsync(source, options => options with { Type = BackupType.Full });

        Assert.Equal(["/file"], source.Opened);
        Assert.Equal(first.Tree, second.Tree);
        Assert.Equal(0UL, second.Counts.DataAdded);
    }

    [Fact]
    public async Task Files_that_cannot_be_read_are_skipped_with_their_reason_and_the_rest_is_kept()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        source.Add("/denied", [1]).OnOpen = () => throw new UnauthorizedAccessException("no");
        source.Add("/fails", RandomBytes(9_000_000)).OnRead = at => Fail(at > 2_000_000, new IOException("bad sector"));
        source.Add("/good", [1, 2, 3]);
        source.Add("/vanished", [1]).OnOpen = () => throw new FileNotFoundException("gone");

        BackupSummary summary = await fixture.BackupAsync(source);

        Assert.Equal(
            [("/denied", SkipReason.AccessDenied), ("/fails", SkipReason.ReadFailed), ("/vanished", SkipReason.Vanished)],
            summary.Skipped.Select(entry => (entry.Path, entry.Reason)));
        Assert.Equal([1, 2, 3], await fixture.ReadAsync(summary.Snapshot!, "/good"));
        Assert.Equal(1UL, summary.Counts.TotalFilesProcessed);
    }

    [Fact]
    public async Task A_file_that_changes_once_while_it_is_read_is_read_again()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        MemorySourceFile file = source.Add("/file", Encoding.UTF8.GetBytes("before"));
        file.OnRead = at =>
        {
            if (at > 0 && file.Content.Length == 6)
            {
                file.Content = Encoding.UTF8.GetBytes("afterwards");
                file.Time = new Timestamp(1_700_000_009, 0, 0);
            }
        };

        BackupSummary summary = await fixture.BackupAsync(source);

        Assert.Empty(summary.Skipped);
        Assert.Equal("afterwards"u8.ToArray(), await fixture.ReadAsync(summary.Snapshot!, "/file"));
    }

    [Fact]
    public async Task A_file_that_keeps_changing_is_stored_and_flagged()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        MemorySourceFile file = source.Add("/log", [1]);
        file.OnRead = at =>
        {
            if (at == 0)
            {
                file.Content = [.. file.Content, 1];
                file.Time = file.Time with { Seconds = file.Time.Seconds + 1 };
            }
        };

        BackupSummary summary = await fixture.BackupAsync(source);

        SkippedEntry skipped = Assert.Single(summary.Skipped);
        Assert.Equal(SkipReason.Changed, skipped.Reason);
        Assert.NotEmpty(await fixture.ReadAsync(summary.Snapshot!, "/log"));
    }

    [Fact]
    public async Task Nothing_to_back_up_makes_no_snapshot()
    {
        await using var fixture = await MemoryRepository.CreateAsync();

        await Assert.ThrowsAsync<SourceException>(() => fixture.BackupAsync(new MemorySource()));

        Assert.Empty(await fixture.ListAsync(FileKind.Snapshot));
        Assert.Empty(await fixture.ListAsync(FileKind.Lock));
    }

    [Fact]
    public async Task A_dry_run_counts_and_stores_nothing_and_is_forgotten()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        source.Add("/file", RandomBytes(5_000_000));

        BackupSummary dry = await fixture.BackupAsync(source, options => options with { DryRun = true });
        bool isEmpty = (await fixture.ListAsync(FileKind.Pack)).Count == 0 && (await fixture.ListAsync(FileKind.Index)).Count == 0;
        BackupSummary real = await fixture.BackupAsync(source);

        Assert.True(isEmpty);
        Assert.Null(dry.Snapshot);
        Assert.Equal(dry.Tree, real.Tree);
        Assert.Equal(dry.Counts.DataAdded, real.Counts.DataAdded);
        Assert.Equal(RandomBytes(5_000_000), await fixture.ReadAsync(real.Snapshot!, "/file"));
    }

    [Fact]
    public async Task An_unchanged_source_makes_no_snapshot_if_so_asked()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        source.Add("/file", [1]);
        await fixture.BackupAsync(source);

        BackupSummary second = await fixture.BackupAsync(source, options => options with { SkipIfUnchanged = true });

        Assert.Null(second.Snapshot);
        Assert.Single(await fixture.ListAsync(FileKind.Snapshot));
    }

    [Fact]
    public async Task A_cancelled_backup_leaves_what_it_stored_for_the_next_one()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        using var cancellation = new CancellationTokenSource();
        var source = new MemorySource();
        for (int i = 0; i < 300; i++)
        {
            source.Add($"/d/file{i:000}", RandomBytes(100, i));
        }

        source.OnWalk = path =>
        {
            if (path == "/d/file290")
            {
                SpinWait.SpinUntil(() => source.Opened.Count >= 100, TimeSpan.FromSeconds(30));
                cancellation.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.BackupAsync(source, cancellationToken: cancellation.Token));
        Snapshot incomplete = Assert.Single(await fixture.SnapshotsAsync());
        int before = source.Opened.Count;
        source.Opened.Clear();
        source.OnWalk = null;

        BackupSummary second = await fixture.BackupAsync(source);

        Assert.Contains(Snapshot.IncompleteTag, incomplete.Tags);
        Assert.InRange(source.Opened.Count, 1, 300 - before + Environment.ProcessorCount + 2); // those that were being read
        Assert.Equal(300UL, second.Counts.FilesNew);
        Assert.Equal([second.Snapshot!.Id], (await fixture.SnapshotsAsync()).Select(snapshot => snapshot.Id));
        Assert.Equal(RandomBytes(100, 17), await fixture.ReadAsync(second.Snapshot, "/d/file017"));
        Assert.Empty(await fixture.ListAsync(FileKind.Lock));
    }

    [Fact]
    public async Task A_backup_that_was_cancelled_after_a_sleep_of_the_machine_leaves_no_snapshot()
    {
        var backend = new MemoryBackend();
        var time = new FakeTime();
        using var cancellation = new CancellationTokenSource();
        var source = new MemorySource();
        for (int i = 0; i < 300; i++)
        {
            source.Add($"/d/file{i:000}", RandomBytes(100, i));
        }

        source.OnWalk = path =>
        {
            if (path == "/d/file290")
            {
                SpinWait.SpinUntil(() => source.Opened.Count >= 100, TimeSpan.FromSeconds(30));
                time.Jump(TimeSpan.FromHours(5));
                cancellation.Cancel();
            }
        };
        await using Repository repository = await Repository.CreateAsync(
            RepositoryImage.OptionsFor(backend) with { Time = time }, CancellationToken.None);

        Exception? failure = await Record.ExceptionAsync(() => repository.BackupAsync(
            new BackupOptions { Source = source, Hostname = "host" }, null, cancellation.Token));

        Assert.True(failure is OperationCanceledException or RepositoryLockedException, failure?.ToString());
        Assert.Empty(await backend.ListAsync(FileKind.Snapshot, CancellationToken.None).ToListAsync()); // others may have pruned what it needs
    }

    [Fact]
    public async Task The_same_object_backs_up_soundly_after_a_failure()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        source.Add("/a", RandomBytes(1_000_000));
        source.Add("/b", [1]);
        source.OnWalk = path => Fail(path == "/b", new SourceException("the source died"));
        await Assert.ThrowsAsync<SourceException>(() => fixture.BackupAsync(source));
        source.OnWalk = null;

        BackupSummary summary = await fixture.BackupAsync(source);

        Assert.Equal(RandomBytes(1_000_000), await fixture.ReadAsync(summary.Snapshot!, "/a"));
    }

    [Fact]
    public async Task A_damaged_old_snapshot_does_not_keep_new_ones_from_being_made()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        source.Add("/file", [1, 2, 3]);
        BackupSummary first = await fixture.BackupAsync(source);
        await fixture.DamageAsync(new FileHandle(FileKind.Snapshot, first.Snapshot!.Id.Hash));

        BackupSummary second = await fixture.BackupAsync(source);

        Assert.Null(second.Parent);
        Assert.Equal([1, 2, 3], await fixture.ReadAsync(second.Snapshot!, "/file"));
        await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => fixture.Repository.FindSnapshotAsync("latest", new SnapshotFilter(), CancellationToken.None));
    }

    [Fact]
    public async Task Blobs_go_to_packs_of_their_type()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        for (int i = 0; i < 100; i++)
        {
            source.Add($"/d{i % 7}/{i}", RandomBytes(50_000, i));
        }

        await fixture.BackupAsync(source);

        Assert.All(await fixture.PackHeadersAsync(), header => Assert.Single(header.Select(blob => blob.Type).Distinct()));
    }

    private static void Fail(bool now, Exception exception)
    {
        if (now)
        {
            throw exception;
        }
    }

    private static byte[] RandomBytes(int length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
