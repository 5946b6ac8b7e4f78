using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Removing snapshots through the façade.</summary>
public sealed class ForgetTests : IAsyncLifetime
{
    private MemoryRepository _repository = null!; // set before each test
    private IReadOnlyList<Snapshot> _snapshots = [];

    public async Task InitializeAsync()
    {
        _repository = await MemoryRepository.CreateAsync();
        _snapshots = await SaveAsync(
            Make(1, "web"), Make(2, "web"), Make(3, "web"), Make(1, "db"), Make(2, "db") with { Tags = ["x"] });
    }

    public async Task DisposeAsync() => await _repository.DisposeAsync();

    [Fact]
    public async Task A_policy_is_applied_to_each_group()
    {
        ForgetResult result = await ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { Last = 1 } });

        Assert.Equal(["db", "web"], result.Groups.Select(group => group.Group.Hostname));
        Assert.Equal(Ids(0, 1, 3), IdsOf(result.Removed));
        Assert.Equal(Ids(2, 4), await LeftAsync());
        Assert.Empty(result.Failures);
        Assert.Empty(await _repository.ListAsync(FileKind.Lock));
    }

    [Fact]
    public async Task A_dry_run_removes_nothing()
    {
        ForgetResult result = await ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { Last = 1 }, DryRun = true });

        Assert.True(result.IsDryRun);
        Assert.Equal(3, result.Removed.Count);
        Assert.Equal(Ids(0, 1, 2, 3, 4), await LeftAsync());
    }

    [Fact]
    public async Task What_the_filter_leaves_out_stays()
    {
        await ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { Last = 1 }, Filter = new SnapshotFilter { Hosts = ["db"] } });

        Assert.Equal(Ids(0, 1, 2, 4), await LeftAsync());
    }

    [Fact]
    public async Task Without_grouping_hosts_count_together()
    {
        await ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { Last = 1 }, GroupBy = SnapshotGrouping.None });

        Assert.Equal(Ids(2), await LeftAsync());
    }

    [Fact]
    public async Task Snapshots_that_are_named_are_removed()
    {
        ForgetResult result = await ForgetAsync(new ForgetOptions { Snapshots = [_snapshots[0].Id.ToString(), _snapshots[3].Id.ToString()[..20]] });

        Assert.Empty(result.Groups);
        Assert.Equal(Ids(0, 3), IdsOf(result.Removed));
        Assert.Equal(Ids(1, 2, 4), await LeftAsync());
    }

    [Fact]
    public async Task If_one_that_is_named_is_not_there_none_is_removed()
    {
        await Assert.ThrowsAsync<SnapshotNotFoundException>(
            () => ForgetAsync(new ForgetOptions { Snapshots = [_snapshots[0].Id.ToString(), "0000"] }));

        Assert.Equal(5, (await LeftAsync()).Count);
    }

    [Fact]
    public async Task Latest_is_that_of_the_filter()
    {
        await ForgetAsync(new ForgetOptions { Snapshots = ["latest"], Filter = new SnapshotFilter { Hosts = ["db"] } });

        Assert.Equal(Ids(0, 1, 2, 3), await LeftAsync());
    }

    [Fact]
    public async Task Nothing_is_removed_without_a_policy()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => ForgetAsync(new ForgetOptions()));
        await Assert.ThrowsAsync<ArgumentException>(() => ForgetAsync(new ForgetOptions { AllowRemoveAll = true }));
        await Assert.ThrowsAsync<ArgumentException>(() => ForgetAsync(new ForgetOptions
        {
            Snapshots = [_snapshots[0].Id.ToString()],
            Policy = new RetentionPolicy { Last = 1 },
        }));
        await Assert.ThrowsAsync<ArgumentException>(() => ForgetAsync(new ForgetOptions
        {
            Snapshots = [_snapshots[0].Id.ToString()],
            Filter = new SnapshotFilter { Hosts = ["web"] },
        }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { Daily = -2 } }));

        Assert.Equal(5, (await LeftAsync()).Count);
    }

    [Fact]
    public async Task All_of_a_host_are_removed_if_that_is_said()
    {
        await ForgetAsync(new ForgetOptions { AllowRemoveAll = true, Filter = new SnapshotFilter { Hosts = ["web"] } });

        Assert.Equal(Ids(3, 4), await LeftAsync());
    }

    [Fact]
    public async Task A_policy_that_keeps_nothing_of_a_group_is_refused()
    {
        ForgetRefusedException refused = await Assert.ThrowsAsync<ForgetRefusedException>(
            () => ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { TagLists = [["x"]] } }));

        Assert.Contains("host web", refused.Message, StringComparison.Ordinal);
        Assert.Equal(5, (await LeftAsync()).Count);
    }

    [Fact]
    public async Task What_an_interrupted_backup_left_does_not_count_as_something_left()
    {
        await SaveAsync(Make(9, "web") with { Tags = [Snapshot.IncompleteTag] });

        await Assert.ThrowsAsync<ForgetRefusedException>(() => ForgetAsync(new ForgetOptions
        {
            Policy = new RetentionPolicy { TagLists = [["y"]] },
            Filter = new SnapshotFilter { Hosts = ["web"] },
        }));
    }

    [Fact]
    public async Task While_a_snapshot_is_damaged_no_policy_is_applied()
    {
        await _repository.DamageAsync(new FileHandle(FileKind.Snapshot, _snapshots[4].Id.Hash));

        await Assert.ThrowsAsync<RepositoryDamagedException>(() => ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { Last = 1 } }));

        Assert.Equal(5, (await _repository.ListAsync(FileKind.Snapshot)).Count);
    }

    [Fact]
    public async Task It_is_alone_in_the_repository()
    {
        await using OpenedRepository other = await _repository.OpenAnewAsync();
        await using (await other.LockAsync(LockKind.Shared, CancellationToken.None))
        {
            await Assert.ThrowsAsync<RepositoryLockedException>(
                () => ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { Last = 1 } }));
            await ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { Last = 1 }, DryRun = true });
        }

        Assert.Equal(5, (await LeftAsync()).Count);
    }

    private static Snapshot Make(int day, string host) => new()
    {
        Time = new Timestamp(1_750_000_000 + (day * 86_400L), 0, 0),
        Tree = BlobId.Of([1]),
        Hostname = host,
        Paths = ["/data"],
    };

    private static List<string> IdsOf(IEnumerable<Snapshot> snapshots) => [.. snapshots.Select(snapshot => snapshot.Id.ToString()).Order()];

    private List<string> Ids(params int[] numbers) => IdsOf(numbers.Select(number => _snapshots[number]));

    private Task<ForgetResult> ForgetAsync(ForgetOptions options) => _repository.Repository.ForgetAsync(options, CancellationToken.None);

    private async Task<IReadOnlyList<Snapshot>> SaveAsync(params Snapshot[] snapshots)
    {
        await using OpenedRepository opened = await _repository.OpenAnewAsync();
        return await SnapshotHistory.SaveAsync(opened, snapshots);
    }

    private async Task<List<string>> LeftAsync() => IdsOf(await _repository.SnapshotsAsync());
}
