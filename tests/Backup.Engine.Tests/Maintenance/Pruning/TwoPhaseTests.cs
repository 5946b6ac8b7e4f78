using Backup.Engine.Indexing;
using Backup.Engine.Json;
using Backup.Engine.Packs;
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

        PruneResult first = await MarkAsync(fixture);

        Assert.True(first.Marks.WaitingPacks > 0);
        Assert.Equal(0, first.Marks.RemovedPacks);
        Assert.Subset(await PacksAsync(fixture), packs);
        Assert.Equal(0, (await fixture.IsSoundAsync()).UnusedBlobs); // in the index they are no more
        PruneResult second = await MarkAsync(fixture);
        Assert.Equal((first.Marks.WaitingPacks, first.Marks.WaitingBytes), (second.Marks.RemovedPacks, second.Marks.RemovedBytes));
        CheckReport report = await fixture.IsSoundAsync();
        Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
        Assert.DoesNotContain(await IndexesAsync(fixture), index => index.Marked.Count > 0);
    }

    [Fact]
    public async Task Marked_packs_stay_for_the_time_of_grace()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        PruneResult first = await MarkAsync(fixture);

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
            first = await MarkAsync(fixture);
            Assert.True(first.Marks.WaitingPacks > 0);
            Assert.Equal(0, (await MarkAsync(fixture)).Marks.RemovedPacks);
        }

        Assert.Equal(first.Marks.WaitingPacks, (await MarkAsync(fixture)).Marks.RemovedPacks);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task Who_came_later_keeps_nothing_from_being_removed()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        PruneResult first = await MarkAsync(fixture);
        await using OpenedRepository other = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        await using RepositoryLock held = await other.LockAsync(LockKind.Shared, CancellationToken.None);

        PruneResult second = await MarkAsync(fixture);

        Assert.True(first.Marks.WaitingPacks > 0);
        Assert.Equal(first.Marks.WaitingPacks, second.Marks.RemovedPacks);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task If_nobody_knows_who_was_at_work_then_any_lock_keeps_marked_packs()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        PruneResult first = await MarkAsync(fixture);
        await ReplaceIndexesAsync(fixture, contents =>
        {
            contents.ForEach(content => content.Holders = null); // as rustic, or a run that was killed between its marks
            return contents;
        });
        await using OpenedRepository other = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        await using (await other.LockAsync(LockKind.Shared, CancellationToken.None))
        {
            PruneResult blocked = await MarkAsync(fixture);

            Assert.Equal((0, first.Marks.WaitingPacks), (blocked.Marks.RemovedPacks, blocked.Marks.WaitingPacks));
        }

        Assert.Equal(first.Marks.WaitingPacks, (await MarkAsync(fixture)).Marks.RemovedPacks);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task Marks_in_an_index_that_also_lists_packs_outlive_it()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(4);
        await fixture.KeepLastAsync(2);
        await MarkAsync(fixture);
        await ReplaceIndexesAsync(fixture, Merge);
        List<MarkedPack> marked = await MarkedAsync(fixture);
        IndexContents merged = Assert.Single(await IndexesAsync(fixture));
        Assert.True(merged.PackCount > 0 && marked.Count > 0);
        await fixture.KeepLastAsync(1);

        await fixture.PruneAsync(options => InTwoPhases(options) with { Grace = TimeSpan.FromDays(1) });

        Assert.DoesNotContain(await IndexesAsync(fixture), index => index.PackCount == merged.PackCount); // it was written anew
        Assert.Subset((await MarkedAsync(fixture)).Select(pack => pack.Id).ToHashSet(), marked.Select(pack => pack.Id).ToHashSet());
        Assert.Superset(marked.Select(pack => new FileHandle(FileKind.Pack, pack.Id.Hash)).ToHashSet(), await fixture.FilesAsync());
        await fixture.IsSoundAsync();
        Assert.True((await MarkAsync(fixture)).Marks.RemovedPacks > marked.Count);
        CheckReport report = await fixture.IsSoundAsync();
        Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
    }

    [Fact]
    public async Task A_repair_of_the_index_forgets_no_marks()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        await MarkAsync(fixture);
        await ReplaceIndexesAsync(fixture, Merge);
        List<MarkedPack> marked = await MarkedAsync(fixture);

        await using (Repository repository = await fixture.OpenAsync())
        {
            await repository.RepairIndexAsync(new RepairIndexOptions { ReadAllPacks = true }, null, CancellationToken.None);
        }

        Assert.Equal(marked.Select(pack => (pack.Id, pack.Time, pack.Blobs.Count)), (await MarkedAsync(fixture)).Select(pack => (pack.Id, pack.Time, pack.Blobs.Count)));
        await fixture.IsSoundAsync();
        Assert.Equal(0, (await MarkAsync(fixture)).Marks.RemovedPacks); // the index has them again
        await fixture.IsSoundAsync();
        Assert.True((await MarkAsync(fixture)).Marks.RemovedPacks >= marked.Count);
        CheckReport report = await fixture.IsSoundAsync();
        Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
    }

    [Fact]
    public async Task Snapshots_that_rely_on_what_is_marked_are_not_repaired_into_less()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(2);
        SnapshotId first = fixture.Snapshots[0];
        var file = new FileHandle(FileKind.Snapshot, first.Hash);
        byte[] saved = await fixture.Backend.LoadAsync(file, int.MaxValue, CancellationToken.None);
        await fixture.ForgetAsync(first);
        Assert.True((await MarkAsync(fixture)).Marks.WaitingPacks > 0);
        await fixture.Backend.SaveAsync(file, saved, CancellationToken.None); // as a backup would that was at work meanwhile
        fixture.Snapshots.Add(first);

        await using (Repository repository = await fixture.OpenAsync())
        {
            await Assert.ThrowsAsync<RepositoryDamagedException>(
                () => repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { Forget = true }, null, CancellationToken.None));
        }

        Assert.True((await MarkAsync(fixture)).Marks.ReinstatedPacks > 0);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task What_is_copied_here_leaves_the_marks_as_they_are()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        await MarkAsync(fixture);
        await ReplaceIndexesAsync(fixture, Merge);
        List<MarkedPack> marked = await MarkedAsync(fixture);
        PruneFixture other = await PruneFixture.WithSnapshotsAsync(2, seed: 2);

        await using (Repository source = await other.OpenAsync())
        {
            await using Repository repository = await fixture.OpenAsync();
            await repository.CopyFromAsync(source, new CopyOptions(), null, CancellationToken.None);
        }

        Assert.Equal(marked.Select(pack => pack.Id), (await MarkedAsync(fixture)).Select(pack => pack.Id));
        fixture.Snapshots.Clear();
        fixture.Snapshots.AddRange((await fixture.ListAsync(FileKind.Snapshot)).Select(file => new SnapshotId(file.Handle.Name)));
        Assert.Equal(3, fixture.Snapshots.Count);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task Two_prunes_are_not_at_work_at_the_same_time()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(4);
        await fixture.KeepLastAsync(2);
        await MarkAsync(fixture);
        await fixture.KeepLastAsync(1);
        var refusals = new List<RepositoryLockedException>();
        var backend = new HookedBackend(fixture.Backend, async kind =>
        {
            if (kind is FileKind.Snapshot or FileKind.Index or FileKind.Pack)
            {
                refusals.Add(await Assert.ThrowsAsync<RepositoryLockedException>(() => MarkAsync(fixture)));
            }
        });

        PruneResult first = await fixture.PruneAsync(backend, InTwoPhases);

        Assert.True(first.Marks is { RemovedPacks: > 0, WaitingPacks: > 0 });
        Assert.NotEmpty(refusals);
        Assert.All(refusals, refusal => Assert.Contains("being pruned", refusal.Message, StringComparison.Ordinal));
        await fixture.IsSoundAsync();
        await MarkAsync(fixture);
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

        PruneResult marked = await MarkAsync(fixture); // while the backup knows the content as one that is stored
        PruneResult blocked = await MarkAsync(fixture);
        mayGoOn.Release();
        BackupSummary summary = await backup;

        Assert.True(marked.Marks.WaitingPacks > 0);
        Assert.Equal(0, blocked.Marks.RemovedPacks);
        fixture.Snapshots.Add(summary.Snapshot!.Id); // it is no dry run
        PruneResult found = inTwoPhases ? await MarkAsync(fixture) : await fixture.PruneAsync();
        Assert.True(!inTwoPhases || found.Marks.ReinstatedPacks > 0);
        await fixture.IsSoundAsync();
        await MarkAsync(fixture);
        await MarkAsync(fixture);
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

        await fixture.PruneAsync(backend, InTwoPhases);

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
        Assert.True((await MarkAsync(fixture)).Marks.WaitingPacks > 0);
        int listings = 0;
        var backend = new HookedBackend(fixture.Backend, async kind =>
        {
            if (kind == FileKind.Snapshot && ++listings == 2)
            {
                await fixture.BackupAsync(new() { ["/old"] = content });
            }
        });

        await fixture.PruneAsync(backend, options => InTwoPhases(options) with { Grace = isDue ? TimeSpan.Zero : TimeSpan.FromDays(1) });

        Assert.True(listings >= 2);
        await fixture.IsSoundAsync();
        await MarkAsync(fixture);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task What_nobody_lists_is_marked_too_for_it_may_belong_to_a_backup()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(1);
        var leftover = new FileHandle(FileKind.Pack, Digest.Of("leftover"u8));
        await fixture.Backend.SaveAsync(leftover, "leftover"u8.ToArray(), CancellationToken.None);

        PruneResult first = await MarkAsync(fixture);

        Assert.Equal((1, 8), (first.Marks.WaitingPacks, first.Marks.WaitingBytes));
        Assert.Contains(leftover, await fixture.FilesAsync());
        Assert.Equal(1, (await MarkAsync(fixture)).Marks.RemovedPacks);
        Assert.DoesNotContain(leftover, await fixture.FilesAsync());
    }

    [Fact]
    public async Task A_prune_in_one_phase_removes_what_is_marked_at_once()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        await MarkAsync(fixture);

        await fixture.PruneAsync();

        CheckReport report = await fixture.IsSoundAsync();
        Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
        Assert.DoesNotContain(await IndexesAsync(fixture), index => index.Marked.Count > 0);
    }

    [Fact]
    public async Task Whatever_fails_nothing_is_lost_and_the_next_run_goes_on()
    {
        PruneFixture original = await PruneFixture.WithSnapshotsAsync(3, seed: 4);
        await original.KeepLastAsync(2);
        await MarkAsync(original);
        await original.KeepLastAsync(1); // so that there is something to remove, to write anew and to mark
        PruneFixture undisturbed = await original.CopyAsync();
        FaultyBackend counting = FaultyBackend.Recording(undisturbed.Backend);
        await undisturbed.PruneAsync(counting, InTwoPhases);

        for (int n = 1; n <= counting.CallCount; n++)
        {
            PruneFixture fixture = await original.CopyAsync();
            var faulty = FaultyBackend.StopsAfter(fixture.Backend, n);

            Exception? failure = await Record.ExceptionAsync(() => fixture.PruneAsync(faulty, InTwoPhases));

            string when = $"call {n} ({faulty.Calls.ElementAtOrDefault(n - 1)})";
            Assert.True(failure is null or BackupException, $"{when}: {failure}");
            await fixture.IsSoundAsync(when);
            foreach (BackendFile file in await fixture.ListAsync(FileKind.Lock))
            {
                await fixture.Backend.DeleteAsync(file.Handle, CancellationToken.None);
            }

            await MarkAsync(fixture);
            await MarkAsync(fixture);
            CheckReport report = await fixture.IsSoundAsync(when);
            Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
        }
    }

    private static PruneOptions InTwoPhases(PruneOptions options) => options with { TwoPhase = true, Grace = TimeSpan.Zero, RepackSmallerThan = 1 };

    /// <summary>One index file with everything, as rustic writes it.</summary>
    private static List<IndexContents> Merge(List<IndexContents> contents)
    {
        var merged = new IndexContents();
        foreach (IndexContents content in contents)
        {
            for (int i = 0; i < content.PackCount; i++)
            {
                merged.AddPack(content.PackAt(i));
                foreach (PackedBlob blob in content.BlobsAt(i))
                {
                    merged.AddBlob(in blob);
                }
            }

            merged.Marked.AddRange(content.Marked);
        }

        return [merged];
    }

    private static async Task ReplaceIndexesAsync(PruneFixture fixture, Func<List<IndexContents>, List<IndexContents>> change)
    {
        List<BackendFile> old = await fixture.ListAsync(FileKind.Index);
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        foreach (IndexContents contents in change(await IndexesAsync(fixture)))
        {
            var json = new GoJsonWriter();
            IndexDocument.Encode(contents, json);
            Digest name = await opened.SaveUnpackedAsync(FileKind.Index, json.Written.ToArray(), CancellationToken.None);
            old.RemoveAll(file => file.Handle.Name == name);
        }

        foreach (BackendFile file in old)
        {
            await fixture.Backend.DeleteAsync(file.Handle, CancellationToken.None);
        }
    }

    private static async Task<List<MarkedPack>> MarkedAsync(PruneFixture fixture) =>
        [.. (await IndexesAsync(fixture)).SelectMany(index => index.Marked).OrderBy(pack => pack.Id.Hash)];

    private static Task<PruneResult> MarkAsync(PruneFixture fixture) => fixture.PruneAsync(InTwoPhases);

    private static async Task<HashSet<FileHandle>> PacksAsync(PruneFixture fixture) =>
        [.. (await fixture.ListAsync(FileKind.Pack)).Select(file => file.Handle)];

    private static async Task<List<IndexContents>> IndexesAsync(PruneFixture fixture)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        var contents = new List<IndexContents>();
        foreach (BackendFile file in await fixture.ListAsync(FileKind.Index))
        {
            contents.Add(IndexDocument.Decode(await opened.LoadUnpackedAsync(FileKind.Index, file.Handle.Name, CancellationToken.None)));
        }

        return contents;
    }

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
