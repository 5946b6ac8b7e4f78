using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>The end of a job is published at least once.</summary>
public sealed class AnnouncementTests
{
    private const string Request = """{"operation":"check"}""";

    [Fact]
    public async Task What_the_broker_did_not_take_is_published_when_it_is_back()
    {
        var executor = new WaitingExecutor();
        executor.Permit(2);
        await using DaprService dapr = await DaprService.StartAsync(executor: executor);
        dapr.Broker.IsDown = true;
        JsonElement first = await dapr.Service.RunAsync(Request);

        dapr.Broker.IsDown = false;
        JsonElement second = await dapr.Service.RunAsync(Request);
        await dapr.Broker.WhenPublishedAsync("backup-events", messages => Ends(messages).Distinct().Count() == 2);

        Assert.Equal(
            [.. new[] { first, second }.Select(job => job.GetProperty("id").GetString()).Order()], Ends(dapr.Broker.Messages("backup-events")).Order());
    }

    [Fact]
    public async Task What_a_process_did_not_come_to_publish_is_published_at_the_next_start()
    {
        using var folder = new TempFolder();
        var place = new ServiceFolder(folder);
        var job = new BackupJob
        {
            Id = "0123456789abcdef0123456789abcdef",
            State = JobState.Succeeded,
            Operation = JobOperation.Check,
            Repository = "main",
            Attempts = 1,
            Ended = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Request = new JobRequest { Operation = JobOperation.Check, Check = new CheckRequest() },
        };
        await using (SqliteJobJournal journal = SqliteJobJournal.Open(place.Data, keepsAnnouncements: true))
        {
            await journal.SaveAsync(job, CancellationToken.None);
        }

        await using DaprDouble dapr = await DaprDouble.StartAsync();
        var broker = new BrokerDouble();
        dapr.PubSubs["backup-pubsub"] = broker;
        await using (RunningService service = await RunningService.StartAsync(place, environment: DaprService.EnvironmentOf(dapr)))
        {
            await broker.WhenPublishedAsync("backup-events", messages => Ends(messages).Count > 0);
        }

        await using SqliteJobJournal after = SqliteJobJournal.Open(place.Data, keepsAnnouncements: true);
        JsonElement message = JsonElement.Parse(Assert.Single(broker.Messages("backup-events")));
        Assert.Equal("check.completed", message.GetProperty("type").GetString());
        Assert.Equal($"{job.Id}-completed-1", message.GetProperty("id").GetString());
        Assert.Empty(await after.ListUnannouncedAsync(10, CancellationToken.None));
    }

    private static IReadOnlyList<string> Ends(IReadOnlyList<byte[]> messages) =>
    [
        .. messages.Select(message => JsonElement.Parse(message))
            .Where(message => message.GetProperty("type").GetString() == "check.completed")
            .Select(message => message.GetProperty("subject").GetString() ?? ""),
    ];
}
