using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Crash;

/// <summary>
/// Each call that a change of the snapshots makes to its backend fails once: the repository stays sound, nothing is lost
/// that was to be kept, and done again the change is complete.
/// </summary>
public sealed class FailingChangeTests
{
    private delegate FaultyBackend MakeFaulty(IBackend inner, int n, Func<BackendCall, Exception>? error = null);

    public static TheoryData<string> Faults => new("before", "after", "from then on");

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Forgetting_loses_nothing_that_is_kept(string fault) => RunAsync(
        fault,
        async repository =>
        {
            ForgetResult result = await repository.ForgetAsync(
                new ForgetOptions { Policy = new RetentionPolicy { Last = 1 } }, CancellationToken.None);
            if (result.Failures.Count > 0)
            {
                throw result.Failures[0].Error;
            }
        },
        (before, after) => Assert.Contains(before[^1].Id, Ids(after)),
        (before, after) => Assert.Equal([before[^1].Id], Ids(after)));

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Tagging_loses_no_snapshot(string fault) => RunAsync(
        fault,
        async repository => RefuseFailures(await repository.TagAsync(new TagOptions { Add = ["new"] }, CancellationToken.None)),
        (before, after) => Assert.All(before, snapshot => Assert.Contains(after, other => IsSame(snapshot, other))),
        (before, after) =>
        {
            Assert.All(before, snapshot => Assert.Contains(after, other => IsSame(snapshot, other) && other.Original == snapshot.Id));
            Assert.All(after, snapshot => Assert.Equal(["new"], snapshot.Tags));
        });

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Rewriting_loses_no_snapshot(string fault) => RunAsync(
        fault,
        async repository => RefuseFailures(await repository.RewriteAsync(
            new RewriteOptions { Excludes = ["file1"] }, CancellationToken.None)),
        (before, after) => Assert.All(before, snapshot => Assert.Contains(snapshot.Id, Ids(after))),
        (before, after) => Assert.All(before, snapshot => Assert.Contains(after, other => other.Original == snapshot.Id)));

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Rewriting_and_forgetting_leaves_one_of_each_two(string fault) => RunAsync(
        fault,
        async repository => RefuseFailures(await repository.RewriteAsync(
            new RewriteOptions { Excludes = ["file1"], Forget = true }, CancellationToken.None)),
        (before, after) => Assert.All(before, snapshot =>
            Assert.Contains(after, other => other.Id == snapshot.Id || other.Original == snapshot.Id)),
        (before, after) =>
        {
            Assert.Empty(Ids(before).Intersect(Ids(after)));
            Assert.All(before, snapshot => Assert.Contains(after, other => other.Original == snapshot.Id));
        });

    private static void RefuseFailures(SnapshotChanges changes)
    {
        if (changes.Failures.Count > 0)
        {
            throw changes.Failures[0].Error;
        }
    }

    private static bool IsSame(Snapshot one, Snapshot other) => one.Tree == other.Tree && one.Time == other.Time;

    private static async Task RunAsync(
        string fault,
        Func<Repository, Task> change,
        Action<IReadOnlyList<Snapshot>, IReadOnlyList<Snapshot>> always,
        Action<IReadOnlyList<Snapshot>, IReadOnlyList<Snapshot>> whenDone)
    {
        MakeFaulty makeFaulty = fault switch
        {
            "before" => FaultyBackend.FailsBefore,
            "after" => FaultyBackend.FailsAfter,
            _ => FaultyBackend.StopsAfter,
        };
        RepositoryImage image = await MakeAsync();
        IReadOnlyList<Snapshot> before = await SnapshotsAsync(await image.ToBackendAsync());
        FaultyBackend counting = FaultyBackend.Recording(await image.ToBackendAsync());
        await ChangeAsync(counting, change);

        int failed = 0;
        for (int n = 1; n <= counting.CallCount; n++)
        {
            MemoryBackend copy = await image.ToBackendAsync();
            FaultyBackend faulty = makeFaulty(copy, n);

            Exception? failure = await Record.ExceptionAsync(() => ChangeAsync(faulty, change));

            failed += failure is null ? 0 : 1;
            Assert.True(failure is null or BackupException, $"call {n} ({faulty.Calls.ElementAtOrDefault(n - 1)}): {failure}");
            always(before, await SnapshotsAsync(copy));
            await IsSoundAsync(copy, $"{n} ({faulty.Calls.ElementAtOrDefault(n - 1)})");
            if (failure is not null)
            {
                await AgainAsync(copy, change);
            }

            whenDone(before, await SnapshotsAsync(copy));
        }

        Assert.True(failed > counting.CallCount / 2, $"{counting.CallCount} calls failed in turn, but only {failed} changes");
    }

    /// <summary>Three snapshots with different content.</summary>
    private static async Task<RepositoryImage> MakeAsync()
    {
        var backend = new MemoryBackend();
        await using Repository repository = await Repository.CreateAsync(RepositoryImage.OptionsFor(backend), CancellationToken.None);
        var source = new MemorySource();
        for (int i = 1; i <= 3; i++)
        {
            source.Add($"/folder/file{i}", [(byte)i, 2, 3], 1_700_000_000 + i);
            source.Add($"/other/file{i}", [(byte)i, 9], 1_700_000_000 + i);
            await repository.BackupAsync(
                new BackupOptions { Source = source, Hostname = "host", Time = DateTimeOffset.UnixEpoch.AddYears(50 + i) }, null, CancellationToken.None);
        }

        return await RepositoryImage.OfAsync(backend);
    }

    private static async Task ChangeAsync(IBackend backend, Func<Repository, Task> change)
    {
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), CancellationToken.None);
        await change(repository);
    }

    private static async Task AgainAsync(MemoryBackend backend, Func<Repository, Task> change)
    {
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), CancellationToken.None);
        await repository.UnlockAsync(removeAll: true, CancellationToken.None); // this process, which the locks name, lives
        await change(repository);
    }

    private static async Task IsSoundAsync(MemoryBackend backend, string call)
    {
        await using Repository repository = await Repository.OpenAsync(
            RepositoryImage.OptionsFor(backend) with { NoLock = true }, CancellationToken.None);
        CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);
        Assert.True(
            report.IsHealthy, $"after call {call} failed: {string.Join('\n', report.Problems.Select(problem => problem.Message))}");
    }

    private static async Task<IReadOnlyList<Snapshot>> SnapshotsAsync(MemoryBackend backend)
    {
        await using Repository repository = await Repository.OpenAsync(
            RepositoryImage.OptionsFor(backend) with { NoLock = true }, CancellationToken.None);
        SnapshotList list = await repository.ListSnapshotsAsync(new SnapshotListOptions(), CancellationToken.None);
        return [.. list.Groups.SelectMany(group => group.Snapshots)];
    }

    private static List<SnapshotId> Ids(IReadOnlyList<Snapshot> snapshots) => [.. snapshots.Select(snapshot => snapshot.Id)];
}
