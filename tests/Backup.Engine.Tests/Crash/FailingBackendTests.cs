using System.Text;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Crash;

/// <summary>
/// Each call that a backup makes to its backend fails once: the repository stays sound, keeps its older snapshots, and the
/// backup says what failed.
/// </summary>
public sealed class FailingBackendTests
{
    private const string Told = "the n-th call fails";

    [Fact]
    public Task A_call_that_fails_before_it_did_anything() => RunAsync(FaultyBackend.FailsBefore);

    [Fact]
    public Task A_call_whose_answer_is_lost() => RunAsync(FaultyBackend.FailsAfter);

    [Fact]
    public Task All_calls_from_some_point_on() => RunAsync(FaultyBackend.StopsAfter);

    private static async Task RunAsync(Func<IBackend, int, Func<BackendCall, Exception>?, FaultyBackend> makeFaulty)
    {
        using var folder = new TempFolder();
        Fill(folder, seed: 1);
        var backend = new MemoryBackend();
        await (await Repository.CreateAsync(RepositoryImage.OptionsFor(backend), CancellationToken.None)).DisposeAsync();
        BackupSummary first = await BackupAsync(backend, folder);
        RepositoryImage image = await RepositoryImage.OfAsync(backend);
        TreeSnapshot before = TreeSnapshot.Of(folder.Combine("source"));
        Fill(folder, seed: 2);
        FaultyBackend counting = FaultyBackend.Recording(await image.ToBackendAsync());
        await BackupAsync(counting, folder);

        int failed = 0;
        for (int n = 1; n <= counting.CallCount; n++)
        {
            MemoryBackend copy = await image.ToBackendAsync();
            FaultyBackend faulty = makeFaulty(copy, n, call => new BackendException($"{call}: {Told}", isTransient: false));

            Exception? failure = await Record.ExceptionAsync(() => BackupAsync(faulty, folder));

            if (failure is not null)
            {
                failed++;
                Assert.True(failure is BackupException, $"call {n} ({faulty.Calls.ElementAtOrDefault(n - 1)}): {failure}");
                Assert.Contains(Told, AllMessages(failure), StringComparison.Ordinal);
            }

            await IsSoundAsync(copy, first, before, folder, $"{n} ({faulty.Calls.ElementAtOrDefault(n - 1)})");
        }

        Assert.True(failed > counting.CallCount / 2, $"{counting.CallCount} calls failed in turn, but only {failed} backups");
    }

    private static async Task IsSoundAsync(MemoryBackend backend, BackupSummary first, TreeSnapshot before, TempFolder folder, string call)
    {
        await using Repository repository = await Repository.OpenAsync(
            RepositoryImage.OptionsFor(backend) with { NoLock = true }, CancellationToken.None);
        CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);
        Assert.True(
            report.IsHealthy,
            $"after call {call} failed: {string.Join('\n', report.Problems.Select(problem => problem.Message))}");
        string target = folder.Combine($"target of call {call.Split(' ')[0]}");
        RestoreSummary summary = await repository.RestoreAsync(
            new RestoreOptions { Snapshot = first.Snapshot?.Id.ToString() ?? "", Target = target }, null, CancellationToken.None);
        Assert.Empty(summary.Errors);
        Assert.Empty(TreeComparer.Differences(before, target, TreeAspects.None));
        Directory.Delete(target, recursive: true);
    }

    private static async Task<BackupSummary> BackupAsync(IBackend backend, TempFolder folder)
    {
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), CancellationToken.None);
        IBackupSource source = Repository.CreateSource(
            new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = folder.Combine("source") });
        return await repository.BackupAsync(new BackupOptions { Source = source }, null, CancellationToken.None);
    }

    private static void Fill(TempFolder folder, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 14; i++)
        {
            byte[] content = new byte[i < 2 ? 3_500_000 : 10_000];
            random.NextBytes(content);
            folder.WriteFile($"source/{i % 3}/{i}", content);
        }
    }

    private static string AllMessages(Exception failure)
    {
        var text = new StringBuilder();
        for (Exception? exception = failure; exception is not null; exception = exception.InnerException)
        {
            text.AppendLine(exception.Message);
        }

        return text.ToString();
    }
}
