using System.Text.Json;
using Backup.Sidecar.Dapr.Doors;
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // it takes its time
    public async Task However_long_the_broker_is_away_no_end_is_lost_and_no_more_waits_than_may(bool isDown)
    {
        const int Count = 400; // of which each makes three events
        var executor = new WaitingExecutor();
        executor.Permit(Count);
        var time = new FakeTime();
        await using DaprService dapr = await DaprService.StartAsync(executor: executor, time: time);
        dapr.Broker.IsDown = isDown;
        dapr.Dapr.Faults.Add(FaultKind.Hold, path => !isDown && path.Contains("/publish/", StringComparison.Ordinal));
        await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => dapr.Service.PostAsync("/v1/jobs", Request)));
        await DaprService.UntilAsync(() => executor.Done.Count == Count && dapr.Service.Book is { Queued: 0, Running: 0 });

        int waiting = dapr.Background<EventPublisher>().Waiting;
        dapr.Broker.IsDown = false;
        dapr.Dapr.ReleaseHeld();
        Task published = dapr.Broker.WhenPublishedAsync("backup-events", messages => Ends(messages).Distinct().Count() == Count);
        await DaprService.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return published.IsCompleted;
        });

        Assert.Equal(EventPublisher.MaxWaiting, waiting);
        Assert.Equal(executor.Done.Order(), Ends(dapr.Broker.Messages("backup-events")).Distinct().Order());
    }

    [Fact]
    public async Task A_topic_that_is_not_wanted_is_neither_read_nor_written()
    {
        var executor = new WaitingExecutor();
        executor.Permit(1);
        await using DaprService dapr = await DaprService.StartAsync(
            new Dictionary<string, string?> { ["Backup:Dapr:RequestTopic"] = "none", ["Backup:Dapr:EventTopic"] = "none" }, executor);

        await dapr.Service.RunAsync(Request);
        JsonElement subscriptions = (await dapr.Service.GetAsync("/dapr/subscribe")).Expect(200).Json;

        Assert.Equal(0, subscriptions.GetArrayLength());
        Assert.DoesNotContain(dapr.Dapr.Calls, path => path.Contains("/publish/", StringComparison.Ordinal));
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
