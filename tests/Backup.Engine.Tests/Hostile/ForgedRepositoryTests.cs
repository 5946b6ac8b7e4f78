using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Hostile;

/// <summary>
/// A repository that is signed correctly but made to do harm: every operation ends soon, with a result or one of our own
/// errors, within bounded memory, and nothing outside the target is touched.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class ForgedRepositoryTests
{
    // In total, which is more than at once: 10,000 folders, each with its whole path written out, make much garbage.
    private const long MaxAllocatedBytes = 600_000_000;
    private const long MaxAllocatedBytesOfDeepTrees = 4_000_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Names => new(Forgeries.All.Keys);

    [Fact]
    public async Task What_is_forged_without_ill_will_is_restored()
    {
        using var folder = new TempFolder();
        await using ForgedRepository forged = await ForgedRepository.CreateAsync();
        BlobId content = await forged.AddAsync(BlobType.Data, "harmless"u8.ToArray(), compress: true);
        BlobId tree = await forged.AddTreeAsync(ForgedRepository.Node("file", more: $",\"size\":8,\"content\":[\"{content}\"]"));
        await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Directory("folder", tree)));

        await using Repository repository = await forged.OpenAsync();
        string restored = await RestoreAsync(repository, folder.Combine("target"), CancellationToken.None);
        string check = await CheckAsync(repository, CancellationToken.None);

        Assert.Equal(("fine", "fine"), (restored, check));
        Assert.Equal("harmless", File.ReadAllText(folder.Combine("target/folder/file")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_harm_is_done(string name)
    {
        using var folder = new TempFolder();
        folder.WriteFile("work/outside/file", "untouched");
        await using ForgedRepository forged = await ForgedRepository.CreateAsync();
        await Forgeries.All[name](forged);
        TreeSnapshot before = TreeSnapshot.Of(folder.Combine("work"));
        folder.CreateFolder("work/target");
        long limit = name.Contains("nested", StringComparison.Ordinal) ? MaxAllocatedBytesOfDeepTrees : MaxAllocatedBytes;

        IReadOnlyList<string> results =
        [
            await TryAsync(forged, limit, (repository, token) => RestoreAsync(repository, folder.Combine("work/target"), token)),
            await TryAsync(forged, limit, CheckAsync),
            await TryAsync(forged, limit, ListAsync),
            await TryAsync(forged, limit, FindAsync),
            await TryAsync(forged, limit, StatsAsync),
            await TryAsync(forged, limit, DumpAsync),
            await TryAsync(forged, limit, DiffAsync),
        ];

        Assert.True(results[0] != "fine" || results[1] != "fine", $"{name}: neither a restore nor a check finds anything wrong");
        IReadOnlyList<string> outside = TreeComparer.Differences(before, folder.Combine("work"), TreeAspects.None);
        Assert.DoesNotContain(outside, difference => !difference.StartsWith("target", StringComparison.Ordinal));
    }

    private static async Task<string> TryAsync(
        ForgedRepository forged, long limit, Func<Repository, CancellationToken, Task<string>> run)
    {
        using var patience = new CancellationTokenSource(Patience);
        long allocated = GC.GetTotalAllocatedBytes();
        string result;
        try
        {
            await using Repository repository = await forged.OpenAsync();
            result = await run(repository, patience.Token);
        }
        catch (BackupException exception)
        {
            result = exception.Message;
        }

        allocated = GC.GetTotalAllocatedBytes() - allocated;
        Assert.True(allocated < limit, $"{run.Method.Name} allocated {allocated:N0} bytes: {result}");
        return result;
    }

    private static async Task<string> RestoreAsync(Repository repository, string target, CancellationToken cancellationToken)
    {
        RestoreSummary summary = await repository.RestoreAsync(
            new RestoreOptions { Snapshot = "latest", Target = target }, null, cancellationToken);
        return summary.ErrorCount == 0 ? "fine" : summary.Errors[0].Message;
    }

    private static async Task<string> CheckAsync(Repository repository, CancellationToken cancellationToken)
    {
        CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, cancellationToken);
        return report.IsHealthy ? "fine" : report.Problems[0].Message;
    }

    private static async Task<string> ListAsync(Repository repository, CancellationToken cancellationToken)
    {
        int count = 0;
        await foreach (SnapshotItem _ in repository.ListAsync(new ListOptions { Snapshot = "latest", Recursive = true }, cancellationToken))
        {
            count++;
        }

        return $"{count} items";
    }

    private static async Task<string> FindAsync(Repository repository, CancellationToken cancellationToken)
    {
        int count = 0;
        await foreach (FindMatch _ in repository.FindAsync(new FindOptions { Patterns = ["*"] }, cancellationToken))
        {
            count++;
        }

        return $"{count} matches";
    }

    private static async Task<string> StatsAsync(Repository repository, CancellationToken cancellationToken)
    {
        StatsResult stats = await repository.StatsAsync(new StatsOptions(), null, cancellationToken);
        return stats.ToString();
    }

    private static async Task<string> DumpAsync(Repository repository, CancellationToken cancellationToken)
    {
        DumpSummary summary = await repository.DumpAsync(
            new DumpOptions { Snapshot = "latest", Path = "/", Format = DumpFormat.Tar }, Stream.Null, null, cancellationToken);
        return summary.ToString();
    }

    private static async Task<string> DiffAsync(Repository repository, CancellationToken cancellationToken)
    {
        DiffSummary summary = await repository.DiffAsync(new DiffOptions { From = "latest", To = "latest" }, cancellationToken);
        return summary.ToString();
    }
}
