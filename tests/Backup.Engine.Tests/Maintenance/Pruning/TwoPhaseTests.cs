using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Maintenance.Pruning;

/// <summary>Pruning while others are at work: packs are marked first and removed later.</summary>
public sealed class TwoPhaseTests
{
    [Fact]
    public async Task The_first_run_marks_and_a_later_one_removes()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(5);
        await fixture.KeepLastAsync(2);
        HashSet<FileHandle> packs = await PacksAsync(fixture);

        PruneResult first = await fixture.MarkAsync();

        Assert.True(first.Marks.WaitingPacks > 0);
        Assert.Equal(0, first.Marks.RemovedPacks);
        Assert.Subset(await PacksAsync(fixture), packs);
        Assert.Equal(0, (await fixture.IsSoundAsync()).UnusedBlobs); // in the index they are no more
        PruneResult second = await fixture.MarkAsync();
        Assert.Equal((first.Marks.WaitingPacks, first.Marks.WaitingBytes), (second.Marks.RemovedPacks, second.Marks.RemovedBytes));
        CheckReport report = await fixture.IsSoundAsync();
        Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
        Assert.DoesNotContain(await fixture.IndexesAsync(), index => index.Marked.Count > 0);
    }

    [Fact]
    public async Task Marked_packs_stay_for_the_time_of_grace()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        PruneResult first = await fixture.MarkAsync();

        PruneResult second = await fixture.PruneAsync(options => options with { TwoPhase = true, MaxUnused = UnusedLimit.OfSize(0) });

        Assert.Equal((0, first.Marks.WaitingBytes), (second.Marks.RemovedPacks, second.Marks.WaitingBytes));
    }

    [Fact]
    public async Task Who_was_at_work_then_keeps_marked_packs_until_he_is_done()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        await using OpenedRepository other = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        PruneResult first;
        await using (await other.LockAsync(LockKind.Shared, CancellationToken.None))
        {
            first = await fixture.MarkAsync();
            Assert.True(first.Marks.WaitingPacks > 0);
            Assert.Equal(0, (await fixture.MarkAsync()).Marks.RemovedPacks);
        }

        Assert.Equal(first.Marks.WaitingPacks, (await fixture.MarkAsync()).Marks.RemovedPacks);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task Who_came_later_keeps_nothing_from_being_removed()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        PruneResult first = await fixture.MarkAsync();
        await using OpenedRepository other = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        await using RepositoryLock held = await other.LockAsync(LockKind.Shared, CancellationToken.None);

        PruneResult second = await fixture.MarkAsync();

        Assert.True(first.Marks.WaitingPacks > 0);
        Assert.Equal(first.Marks.WaitingPacks, second.Marks.RemovedPacks);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task Two_prunes_are_not_at_work_at_the_same_time()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(4);
        await fixture.KeepLastAsync(2);
        await fixture.MarkAsync();
        await fixture.KeepLastAsync(1);
        var refusals = new List<RepositoryLockedException>();
        var backend = new HookedBackend(fixture.Backend, async kind =>
        {
            if (kind is FileKind.Snapshot or FileKind.Index or FileKind.Pack)
            {
                refusals.Add(await Assert.ThrowsAsync<RepositoryLockedException>(() => fixture.MarkAsync()));
            }
        });

        PruneResult first = await fixture.PruneAsync(backend, PruneFixture.InTwoPhases);

        Assert.True(first.Marks is { RemovedPacks: > 0, WaitingPacks: > 0 });
        Assert.NotEmpty(refusals);
        Assert.All(refusals, refusal => Assert.Contains("being pruned", refusal.Message, StringComparison.Ordinal));
        await fixture.IsSoundAsync();
        await fixture.MarkAsync();
        await fixture.IsSoundAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_that_relies_on_what_is_marked_meanwhile_loses_nothing(bool inTwoPhases)
    {
        PruneFixture fixture = await PruneFixture.CreateAsync();
        byte[] content = PruneFixture.Content(new Random(1), 50_000);
        SnapshotId first = await fixture.BackupAsync(new() { ["/old"] = content });
        await fixture.BackupAsync(new() { ["/else"] = [1, 2, 3] });
        await fixture.ForgetAsync(first);
        using var isReading = new SemaphoreSlim(0);
        using var mayGoOn = new SemaphoreSlim(0);
        var source = new MemorySource();
        source.Add("/gate", [4, 5, 6]).OnOpen = () =>
        {
            isReading.Release();
            mayGoOn.Wait();
        };
        source.Add("/old", content);
        await using Repository repository = await fixture.OpenAsync();
        Task<BackupSummary> backup = Task.Run(() => repository.BackupAsync(
            new BackupOptions { Source = source, Hostname = "host" }, null, CancellationToken.None));
        await isReading.WaitAsync();

        PruneResult marked = await fixture.MarkAsync(); // while the backup knows the content as one that is stored
        PruneResult blocked = await fixture.MarkAsync();
        mayGoOn.Release();
        BackupSummary summary = await backup;

        Assert.True(marked.Marks.WaitingPacks > 0);
        Assert.Equal(0, blocked.Marks.RemovedPacks);
        fixture.Snapshots.Add(summary.Snapshot!.Id); // it is no dry run
        PruneResult found = inTwoPhases ? await fixture.MarkAsync() : await fixture.PruneAsync();
        Assert.True(!inTwoPhases || found.Marks.ReinstatedPacks > 0);
        await fixture.IsSoundAsync();
        await fixture.MarkAsync();
        await fixture.MarkAsync();
        await fixture.IsSoundAsync();
        await fixture.PruneAsync();
        Assert.Equal(0, (await fixture.IsSoundAsync()).Hints);
    }

    [Fact]
    public async Task A_backup_that_ends_while_packs_are_written_anew_keeps_what_it_needs()
    {
        PruneFixture fixture = await PruneFixture.CreateAsync();
        var random = new Random(1);
        byte[] content = PruneFixture.Content(random, 50_000);
        SnapshotId first = await fixture.BackupAsync(new() { ["/old"] = content, ["/stays"] = PruneFixture.Content(random, 1_000) });
        await fixture.BackupAsync(new() { ["/stays"] = PruneFixture.Content(new Random(2), 1_000) });
        await fixture.ForgetAsync(first);
        int listings = 0;
        var backend = new HookedBackend(fixture.Backend, async kind =>
        {
            if (kind == FileKind.Snapshot && ++listings == 2) // what the prune looks at last before it marks
            {
                await fixture.BackupAsync(new() { ["/old"] = content });
            }
        });

        await fixture.PruneAsync(backend, PruneFixture.InTwoPhases);

        Assert.True(listings >= 2);
        await fixture.IsSoundAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_marked_may_be_stored_again_while_it_is_removed(bool isDue)
    {
        PruneFixture fixture = await PruneFixture.CreateAsync();
        byte[] content = PruneFixture.Content(new Random(1), 50_000);
        SnapshotId first = await fixture.BackupAsync(new() { ["/old"] = content });
        await fixture.BackupAsync(new() { ["/stays"] = [1, 2, 3] });
        await fixture.ForgetAsync(first);
        Assert.True((await fixture.MarkAsync()).Marks.WaitingPacks > 0);
        int listings = 0;
        var backend = new HookedBackend(fixture.Backend, async kind =>
        {
            if (kind == FileKind.Snapshot && ++listings == 2)
            {
                await fixture.BackupAsync(new() { ["/old"] = content });
            }
        });

        await fixture.PruneAsync(backend, options => PruneFixture.InTwoPhases(options) with { Grace = isDue ? TimeSpan.Zero : TimeSpan.FromDays(1) });

        Assert.True(listings >= 2);
        await fixture.IsSoundAsync();
        await fixture.MarkAsync();
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task What_nobody_lists_is_marked_too_for_it_may_belong_to_a_backup()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(1);
        var leftover = new FileHandle(FileKind.Pack, Digest.Of("leftover"u8));
        await fixture.Backend.SaveAsync(leftover, "leftover"u8.ToArray(), CancellationToken.None);

        PruneResult first = await fixture.MarkAsync();

        Assert.Equal((1, 8), (first.Marks.WaitingPacks, first.Marks.WaitingBytes));
        Assert.Contains(leftover, await fixture.FilesAsync());
        Assert.Equal(1, (await fixture.MarkAsync()).Marks.RemovedPacks);
        Assert.DoesNotContain(leftover, await fixture.FilesAsync());
    }

    [Fact]
    public async Task A_prune_in_one_phase_removes_what_is_marked_at_once()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        await fixture.MarkAsync();

        await fixture.PruneAsync();

        CheckReport report = await fixture.IsSoundAsync();
        Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
        Assert.DoesNotContain(await fixture.IndexesAsync(), index => index.Marked.Count > 0);
    }

    [Fact]
    public async Task Whatever_fails_nothing_is_lost_and_the_next_run_goes_on()
    {
        PruneFixture original = await PruneFixture.WithSnapshotsAsync(3, seed: 4);
        await original.KeepLastAsync(2);
        await original.MarkAsync();
        await original.KeepLastAsync(1); // so that there is something to remove, to write anew and to mark
        PruneFixture undisturbed = await original.CopyAsync();
        FaultyBackend counting = FaultyBackend.Recording(undisturbed.Backend);
        await undisturbed.PruneAsync(counting, PruneFixture.InTwoPhases);

        for (int n = 1; n <= counting.CallCount; n++)
        {
            PruneFixture fixture = await original.CopyAsync();
            var faulty = FaultyBackend.StopsAfter(fixture.Backend, n);

            Exception? failure = await Record.ExceptionAsync(() => fixture.PruneAsync(faulty, PruneFixture.InTwoPhases));

            string when = $"call {n} ({faulty.Calls.ElementAtOrDefault(n - 1)})";
            Assert.True(failure is null or BackupException, $"{when}: {failure}");
            await fixture.IsSoundAsync(when);
            foreach (BackendFile file in await fixture.ListAsync(FileKind.Lock))
            {
                await fixture.Backend.DeleteAsync(file.Handle, CancellationToken.None);
            }

            await fixture.MarkAsync();
            await fixture.MarkAsync();
            CheckReport report = await fixture.IsSoundAsync(when);
            Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
        }
    }

    private static async Task<HashSet<FileHandle>> PacksAsync(PruneFixture fixture) =>
        [.. (await fixture.ListAsync(FileKind.Pack)).Select(file => file.Handle)];

    /// <summary>Lets something happen before files of a kind are listed.</summary>
    private sealed class HookedBackend(MemoryBackend inner, Func<FileKind, Task> beforeList) : DelegatingBackend(inner)
    {
        public override async IAsyncEnumerable<BackendFile> ListAsync(
            FileKind kind, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await beforeList(kind);
            await foreach (BackendFile file in base.ListAsync(kind, cancellationToken))
            {
                yield return file;
            }
        }
    }
}
