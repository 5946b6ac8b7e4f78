using System.Text;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Locks of a repository that somebody left who died.</summary>
public sealed class LeftLockTests
{
    private const string Forget = """{"forget":{"keepLast":1,"prune":true}}""";

    [Theory]
    [InlineData(Forget)]
    [InlineData("""{"backup":{"sources":[{"payload":{"name":"a","text":"x"}}],"retention":{"keepLast":1,"prune":true}}}""")]
    public async Task A_lock_that_is_stale_keeps_nobody_out_and_goes(string request)
    {
        await using RunningService service = await RunningService.StartAsync(Impatient);
        string file = await LeaveLockAsync(service.Folder.Repository, new FakeTime()); // its clock is months behind

        JsonElement job = await service.RunAsync(request);

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_lock_that_becomes_stale_while_a_job_waits_for_it_is_waited_for_no_longer()
    {
        var time = new FakeTime();
        await using RunningService service = await RunningService.StartAsync(time: time);
        string file = await LeaveLockAsync(service.Folder.Repository, time);

        Task<JsonElement> running = service.RunAsync(Forget);
        await DaprService.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(30));
            return running.IsCompleted;
        });
        JsonElement job = await running;

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_lock_that_somebody_holds_is_respected()
    {
        await using RunningService service = await RunningService.StartAsync(Impatient);
        string file = await LeaveLockAsync(service.Folder.Repository, TimeProvider.System);

        JsonElement job = await service.RunAsync(Forget);

        Assert.Equal("RepositoryLocked", job.GetProperty("error").GetProperty("errorId").GetString());
        Assert.True(File.Exists(file));
    }

    private static Dictionary<string, string?> Impatient => new() { ["Backup:Repositories:main:RetryLock"] = "0s" };

    /// <summary>Makes a snapshot, and puts the lock back that was there meanwhile.</summary>
    private static async Task<string> LeaveLockAsync(string location, TimeProvider time)
    {
        (string Name, byte[] Content) left = ("", []);
        var source = new MemorySource
        {
            OnWalk = _ => left = Directory.GetFiles(Path.Combine(location, "locks")).Select(file => (file, File.ReadAllBytes(file))).Single(),
        };
        source.Add("/file", [1]);
        var options = new RepositoryOptions { Location = location, Password = Encoding.UTF8.GetBytes(RunningService.Password), Time = time };
        await using (Repository repository = await Repository.OpenAsync(options, CancellationToken.None))
        {
            await repository.BackupAsync(new BackupOptions { Source = source, CountAhead = false }, null, CancellationToken.None);
        }

        await File.WriteAllBytesAsync(left.Name, left.Content);
        return left.Name;
    }
}
