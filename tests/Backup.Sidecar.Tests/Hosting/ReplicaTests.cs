using Backup.Sidecar.Jobs;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Two replicas of the service share a topic.</summary>
public sealed class ReplicaTests
{
    [Fact]
    public async Task Of_two_replicas_that_got_the_same_request_one_does_it()
    {
        var backing = new StateBacking();
        var executor = new WaitingExecutor();
        executor.Permit(100);
        var settings = new Dictionary<string, string?> { ["Backup:Dapr:ClaimStore"] = "backup-state" };
        void Share(DaprDouble dapr) => dapr.StateStores["backup-state"] = new StateStoreDouble(backing);
        await using DaprService one = await DaprService.StartAsync(settings, executor, prepare: Share);
        await using DaprService two = await DaprService.StartAsync(settings, executor, prepare: Share);

        for (int i = 0; i < 10; i++)
        {
            await one.PublishAsync("check.requested", """{"repository":"main"}""", $"e{i}");
            await two.PublishAsync("check.requested", """{"repository":"main"}""", $"e{i}");
        }

        IReadOnlyList<BackupJob> jobs = [.. await one.SettleAsync(), .. await two.SettleAsync()];

        Assert.Equal(20, jobs.Count);
        Assert.Equal(10, executor.Done.Count);
        Assert.Equal(10, executor.Done.Distinct().Count());
        Assert.Equal(10, jobs.Count(job => job.State == JobState.Succeeded));
        Assert.All(jobs.Where(job => job.State != JobState.Succeeded), job => Assert.Equal("Duplicate", job.Error?.ErrorId));
    }
}
