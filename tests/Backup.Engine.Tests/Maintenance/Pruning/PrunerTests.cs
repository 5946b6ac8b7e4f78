using Backup.Engine.Concurrency;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Maintenance.Pruning;

public sealed class PrunerTests
{
    [Fact]
    public async Task What_no_snapshot_needs_goes_and_all_else_stays()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(6);
        await fixture.KeepLastAsync(2);
        long before = await SizeAsync(fixture);

        PruneResult result = await fixture.PruneAsync();

        CheckReport report = await fixture.IsSoundAsync();
        Assert.Equal(0, report.UnusedBlobs);
        Assert.Equal(0, report.Hints);
        Assert.True(result.Packs.Repack > 0 && result.Packs.Remove > 0, $"{result.Packs}"); // else the test has shown little
        Assert.Equal(0, result.Bytes.RemainingUnused);
        Assert.InRange(await SizeAsync(fixture), 1, before - result.Bytes.RemoveTotal + 2000);
    }

    [Fact]
    public async Task Pruning_once_more_finds_nothing_to_do()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(4);
        await fixture.KeepLastAsync(1);
        await fixture.PruneAsync(LeaveSmall);
        HashSet<FileHandle> files = await fixture.FilesAsync();

        PruneResult result = await fixture.PruneAsync(LeaveSmall);

        Assert.Equal((0, 0), (result.Bytes.RemoveTotal, result.Packs.Repack));
        Assert.Equal(files, await fixture.FilesAsync());
    }

    [Fact]
    public async Task What_gets_no_smaller_is_compressed_once_and_not_again_and_again()
    {
        PruneFixture fixture = await PruneFixture.CreateAsync();
        byte[] incompressible = new byte[20_000];
        new Random(1).NextBytes(incompressible);
        await fixture.BackupAsync(new() { ["/a"] = incompressible });

        PruneResult first = await fixture.PruneAsync(options => LeaveSmall(options) with { RepackUncompressed = true });
        PruneResult second = await fixture.PruneAsync(options => LeaveSmall(options) with { RepackUncompressed = true });

        Assert.True(first.Packs.Repack > 0);
        Assert.Equal((0, 0), (second.Packs.Repack, first.UncompressedBytes));
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task A_backup_of_empty_folders_gives_nothing_to_write_anew()
    {
        PruneFixture fixture = await PruneFixture.CreateAsync();
        await fixture.BackupAsync(new() { ["/a/b/c"] = [] });

        Assert.Equal(0, (await fixture.PruneAsync()).Packs.Repack);
    }

    [Fact]
    public async Task Without_any_snapshot_nothing_stays()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(2);
        await fixture.KeepLastAsync(0);

        await fixture.PruneAsync();

        Assert.DoesNotContain(await fixture.FilesAsync(), file => file.Kind is FileKind.Pack or FileKind.Index);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_changes_nothing()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(5);
        await fixture.KeepLastAsync(2);
        HashSet<FileHandle> files = await fixture.FilesAsync();

        PruneResult planned = await fixture.PruneAsync(options => options with { DryRun = true });

        Assert.Equal(files, await fixture.FilesAsync());
        PruneResult result = await fixture.PruneAsync();
        Assert.Equal(result with { Elapsed = default }, planned with { IsDryRun = false, Elapsed = default, Plan = null });
    }

    [Fact]
    public async Task A_plan_is_carried_out_exactly()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(5);
        await fixture.KeepLastAsync(2);
        PruneResult planned = await fixture.PruneAsync(options => options with { DryRun = true });
        PrunePlan plan = PrunePlan.Parse(planned.Plan!.ToJson()); // a dry run has one

        PruneResult result = await fixture.PruneAsync(_ => new PruneOptions { Plan = plan }); // other limits than those of the plan

        Assert.Equal((planned.Bytes, planned.Packs), (result.Bytes, result.Packs));
        Assert.Equal(0, (await fixture.IsSoundAsync()).UnusedBlobs);
        HashSet<FileHandle> left = await fixture.FilesAsync();
        Assert.DoesNotContain(plan.Remove.Concat(plan.Repack), pack => left.Contains(new FileHandle(FileKind.Pack, pack.Hash)));
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("forget")]
    [InlineData("pack")]
    [InlineData("other repository")]
    [InlineData("forged")]
    public async Task A_plan_for_something_else_is_refused(string change)
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(4);
        await fixture.KeepLastAsync(2);
        PrunePlan plan = (await fixture.PruneAsync(options => options with { DryRun = true })).Plan!;
        switch (change)
        {
            case "backup":
                await fixture.BackupAsync(new() { ["/new"] = [1] });
                break;
            case "forget":
                await fixture.KeepLastAsync(1);
                break;
            case "pack":
                await fixture.Backend.SaveAsync(new FileHandle(FileKind.Pack, Digest.Of("new"u8)), "new"u8.ToArray(), CancellationToken.None);
                break;
            case "other repository":
                fixture = await PruneFixture.WithSnapshotsAsync(4);
                break;
            default:
                plan = plan with { Remove = [.. plan.Remove, .. plan.Repack], Repack = [] };
                break;
        }

        HashSet<FileHandle> files = await fixture.FilesAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => fixture.PruneAsync(_ => new PruneOptions { Plan = plan }));

        Assert.Equal(files, await fixture.FilesAsync());
    }

    [Fact]
    public async Task When_the_time_is_up_a_later_run_goes_on()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(5);
        await fixture.KeepLastAsync(2);
        HashSet<FileHandle> packs = [.. (await fixture.ListAsync(FileKind.Pack)).Select(file => file.Handle)];

        PruneResult first = await fixture.PruneAsync(options => options with { MaxDuration = TimeSpan.Zero });

        Assert.False(first.IsComplete);
        Assert.Equal(0, first.Packs.Repack);
        Assert.Equal(packs, [.. (await fixture.ListAsync(FileKind.Pack)).Select(file => file.Handle)]);
        await fixture.IsSoundAsync();
        PruneResult second = await fixture.PruneAsync(options => options with { MaxDuration = TimeSpan.FromHours(1) });
        Assert.True(second.IsComplete);
        Assert.Equal(0, (await fixture.IsSoundAsync()).UnusedBlobs);
    }

    [Fact]
    public async Task A_dry_run_can_take_snapshots_for_removed()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        SnapshotId[] removed = [.. fixture.Snapshots.Take(2)];

        PruneResult planned = await fixture.PruneAsync(options => options with { DryRun = true, WithoutSnapshots = removed });

        await Assert.ThrowsAsync<ArgumentException>(() => fixture.PruneAsync(options => options with { WithoutSnapshots = removed }));
        await fixture.KeepLastAsync(1);
        Assert.Equal(planned.Bytes, (await fixture.PruneAsync()).Bytes);
    }

    [Fact]
    public async Task A_repository_of_version_1_is_pruned_and_stays_uncompressed()
    {
        PruneFixture fixture = await PruneFixture.CreateAsync(version: 1);
        var random = new Random(1);
        await fixture.BackupAsync(new() { ["/a"] = PruneFixture.Content(random, 50_000), ["/b"] = PruneFixture.Content(random, 50_000) });
        await fixture.BackupAsync(new() { ["/b"] = PruneFixture.Content(random, 50_000) });
        await fixture.KeepLastAsync(1);

        PruneResult result = await fixture.PruneAsync();

        Assert.True(result.Bytes.RemoveTotal > 100_000);
        await fixture.IsSoundAsync();
        Assert.Equal(0, (await fixture.PruneAsync()).Packs.Repack);
    }

    [Fact]
    public async Task A_pack_that_no_index_lists_goes()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(1);
        var leftover = new FileHandle(FileKind.Pack, Digest.Of("leftover"u8));
        await fixture.Backend.SaveAsync(leftover, "leftover"u8.ToArray(), CancellationToken.None);

        PruneResult result = await fixture.PruneAsync();

        Assert.Equal((1, 8), (result.Packs.Unreferenced, result.Bytes.Unreferenced));
        Assert.DoesNotContain(leftover, await fixture.FilesAsync());
        await fixture.IsSoundAsync();
    }

    [Theory]
    [InlineData(FileKind.Snapshot)]
    [InlineData(FileKind.Index)]
    [InlineData(FileKind.Pack)]
    public async Task Whatever_is_damaged_or_missing_nothing_is_removed(FileKind kind)
    {
        PruneFixture original = await PruneFixture.WithSnapshotsAsync(3);
        await original.KeepLastAsync(2);
        await original.Backend.SaveAsync(new FileHandle(FileKind.Pack, Digest.Of("leftover"u8)), "leftover"u8.ToArray(), CancellationToken.None);
        int refused = 0;
        foreach (BackendFile victim in await original.ListAsync(kind))
        {
            PruneFixture fixture = await original.CopyAsync();
            byte[] content = await fixture.Backend.LoadAsync(victim.Handle, int.MaxValue, CancellationToken.None);
            await fixture.Backend.DeleteAsync(victim.Handle, CancellationToken.None);
            if (kind != FileKind.Pack)
            {
                content[content.Length / 2] ^= 1;
                await fixture.Backend.SaveAsync(victim.Handle, content, CancellationToken.None);
            }

            HashSet<FileHandle> files = await fixture.FilesAsync();
            Exception? error = await Record.ExceptionAsync(() => fixture.PruneAsync());

            if (error is null)
            {
                Assert.Equal(FileKind.Pack, kind); // and it was one that nobody needs
                await fixture.IsSoundAsync();
                continue;
            }

            refused++;
            Assert.IsType<RepositoryDamagedException>(error);
            Assert.Equal(files, await fixture.FilesAsync());
        }

        Assert.True(refused > 0);
    }

    [Fact]
    public async Task A_damaged_tree_or_blob_ends_it_before_anything_that_is_needed_goes()
    {
        PruneFixture original = await PruneFixture.WithSnapshotsAsync(3);
        await original.KeepLastAsync(2);
        foreach (BackendFile victim in await original.ListAsync(FileKind.Pack))
        {
            PruneFixture fixture = await original.CopyAsync();
            byte[] content = await fixture.Backend.LoadAsync(victim.Handle, int.MaxValue, CancellationToken.None);
            content.AsSpan(0, content.Length / 2).Clear();
            await fixture.Backend.DeleteAsync(victim.Handle, CancellationToken.None);
            await fixture.Backend.SaveAsync(victim.Handle, content, CancellationToken.None);
            HashSet<FileHandle> files = await fixture.FilesAsync();

            Exception? error = await Record.ExceptionAsync(() => fixture.PruneAsync());

            if (error is null)
            {
                continue; // a pack that stays is not read, and one that goes need not be
            }

            Assert.IsType<RepositoryDamagedException>(error);
            Assert.Subset(await fixture.FilesAsync(), files);
        }
    }

    [Fact]
    public async Task A_damaged_blob_is_taken_from_another_pack_that_has_it()
    {
        PruneFixture fixture = await PruneFixture.CreateAsync();
        var random = new Random(1);
        byte[] needed = PruneFixture.Content(random, 100_000);
        var files = new Dictionary<string, byte[]> { ["/needed"] = needed };
        for (int i = 0; i < 20; i++)
        {
            files[$"/other/{i}"] = PruneFixture.Content(random, 1_000); // in each of the packs that are open
        }

        SnapshotId first = await fixture.BackupAsync(files);
        await fixture.BackupAsync(new() { ["/needed"] = needed });
        await fixture.ForgetAsync(first);
        FileHandle pack = await PackOfAsync(fixture, needed);
        await SaveAgainAsync(fixture, needed, PruneFixture.Content(random, 1000));
        byte[] content = await fixture.Backend.LoadAsync(pack, int.MaxValue, CancellationToken.None);
        content.AsSpan(0, content.Length - 2000).Clear();
        await fixture.Backend.DeleteAsync(pack, CancellationToken.None);
        await fixture.Backend.SaveAsync(pack, content, CancellationToken.None);

        await fixture.PruneAsync(); // both packs hold something superfluous, so both are written anew

        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task It_waits_for_nobody_who_works_on_the_repository_but_is_refused()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(1);
        await using OpenedRepository other = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        await using RepositoryLock reading = await other.LockAsync(LockKind.Shared, CancellationToken.None);

        await Assert.ThrowsAsync<RepositoryLockedException>(() => fixture.PruneAsync());
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_refused()
    {
        PruneFixture old = await PruneFixture.CreateAsync(version: 1);
        PruneFixture fixture = await PruneFixture.CreateAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => old.PruneAsync(options => options with { RepackUncompressed = true }));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.PruneAsync(options => options with { RepackSmallerThan = 5 * 1024 * 1024 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fixture.PruneAsync(options => options with { MaxRepackBytes = -1 }));
    }

    /// <summary>How many packs are small is a matter of chance: blobs go to one of several packs that are open.</summary>
    private static PruneOptions LeaveSmall(PruneOptions options) => options with { RepackSmallerThan = 1 };

    private static async Task<long> SizeAsync(PruneFixture fixture) => (await fixture.ListAsync(FileKind.Pack)).Sum(pack => pack.Size);

    private static async Task<FileHandle> PackOfAsync(PruneFixture fixture, byte[] content)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        await opened.LoadIndexAsync(CancellationToken.None);
        Assert.True(opened.Index.TryFind(BlobType.Data, BlobId.Of(content), out var location));
        return new FileHandle(FileKind.Pack, location.Pack.Hash);
    }

    /// <summary>Stores a blob once more, and another one beside it.</summary>
    private static async Task SaveAgainAsync(PruneFixture fixture, byte[] content, byte[] beside)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        using var stages = new StageGroup(CancellationToken.None);
        using var writer = new BlobWriter(opened, stages, discards: false);
        for (int i = 0; i < 20; i++)
        {
            beside[0] = (byte)i; // in each of the packs that are open
            await writer.SaveAgainAsync(BlobType.Data, beside, CancellationToken.None);
        }

        await writer.SaveAgainAsync(BlobType.Data, content, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        await stages.WhenAllAsync();
    }
}
