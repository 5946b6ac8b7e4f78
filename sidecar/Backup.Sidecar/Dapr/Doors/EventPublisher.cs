using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Dapr.Doors;

/// <summary>
/// Publishes what happens to jobs: <c>backup.started</c>, <c>backup.progress</c> at intervals, <c>backup.completed</c>,
/// <c>backup.failed</c>, and likewise for the other operations. The data of each event is the job.
/// </summary>
/// <remarks>The end of a job is published at least once: until it is, the journal keeps that it is not.</remarks>
internal sealed class EventPublisher : BackgroundService
{
    /// <summary>Events that wait while the broker does not answer, a few KiB each. Of more the oldest are dropped; the journal has the ends of jobs.</summary>
    public const int MaxWaiting = 1024;

    private const int CatchUpAtOnce = 100;

    private static readonly TimeSpan CatchUpAfter = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly IJobJournal _journal;
    private readonly IJobClaims _claims;
    private readonly ServiceConfiguration _configuration;
    private readonly IDaprClient? _client;
    private readonly TimeProvider _time;
    private readonly ILogger<EventPublisher> _log;
    private readonly JobEvents.Subscription? _subscription;
    private readonly Dictionary<string, DateTimeOffset> _lastProgress = new(StringComparer.Ordinal);
    private volatile bool _isBehind = true; // an earlier run of the service may have left something

    public EventPublisher(
        JobEvents events,
        IJobJournal journal,
        IJobClaims claims,
        ServiceConfiguration configuration,
        DaprAccess dapr,
        TimeProvider time,
        ILogger<EventPublisher> log)
    {
        (_journal, _claims, _configuration, _client, _time, _log) = (journal, claims, configuration, dapr.Client, time, log);
        if (dapr.IsThere && configuration.Current.Dapr.HasEvents)
        {
            // From the beginning, before any job begins.
            _subscription = events.Subscribe(null, Channel.CreateBounded<JobEvent>(
                new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
                dropped => MarkBehind(dropped.Job.IsOver)));
        }
    }

    /// <summary>How many events wait.</summary>
    public int Waiting => _subscription?.Reader.Count ?? 0;

    /// <summary>The type of an event.</summary>
    public static string TypeOf(JobEvent happened) =>
        $"{happened.Job.Operation.ToString().ToLowerInvariant()}.{happened.Kind.ToString().ToLowerInvariant()}";

    /// <summary>The CloudEvent.</summary>
    public static byte[] Encode(JobEvent happened, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            BackupJob job = happened.Job;
            writer.WriteStartObject();
            writer.WriteString("specversion", "1.0");
            writer.WriteString("id", IdOf(happened, now));
            writer.WriteString("source", CommandPath.Program);
            writer.WriteString("type", TypeOf(happened));
            writer.WriteString("subject", job.Id);
            writer.WriteString("time", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("datacontenttype", "application/json");
            if (job.TraceParent is { } trace)
            {
                writer.WriteString("traceparent", trace);
            }

            writer.WritePropertyName("data");
            JsonSerializer.Serialize(writer, job.WithoutContent(), ServiceJson.Default.BackupJob);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Publishes what is left: it is the last of the services to stop.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        if (ExecuteTask is { } publishing)
        {
            await Task.WhenAny(publishing, Task.Delay(LastWords, _time, cancellationToken));
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_client is not { } client || _subscription is null)
        {
            return;
        }

        long? lastTry = null;
        while (true)
        {
            // Not for each event: while the broker does not answer, events have to be taken as fast as they come.
            if (_isBehind && (lastTry is not { } last || _time.GetElapsedTime(last) >= CatchUpAfter))
            {
                _isBehind = false; // what is dropped from now on is another matter
                MarkBehind(!await TryCatchUpAsync(client, stoppingToken));
                lastTry = _time.GetTimestamp();
            }

            JobEvent? happened = await NextAsync(_isBehind ? CatchUpAfter : Timeout.InfiniteTimeSpan, stoppingToken);
            if (happened is null && _subscription.Reader.Completion.IsCompleted)
            {
                return;
            }

            if (happened is not null && IsWanted(happened))
            {
                MarkBehind(!await TryPublishAsync(client, happened, stoppingToken));
            }
        }
    }

    /// <summary>Remembers that the journal has ends of jobs that are not published, until it has been gone through.</summary>
    private void MarkBehind(bool isSo)
    {
        if (isSo)
        {
            _isBehind = true;
        }
    }

    /// <summary>What happens next; null if nothing did for so long, or nothing will any more.</summary>
    private async Task<JobEvent?> NextAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var pause = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, pause.Token);
        try
        {
            return await _subscription!.Reader.WaitToReadAsync(either.Token) && _subscription.Reader.TryRead(out JobEvent? happened) ? happened : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Publishes ends of jobs that are not published yet.</summary>
    /// <returns>Whether none are left.</returns>
    private async Task<bool> TryCatchUpAsync(IDaprClient client, CancellationToken cancellationToken)
    {
        try
        {
            while (await _journal.ListUnannouncedAsync(CatchUpAtOnce, cancellationToken) is { Count: > 0 } jobs)
            {
                foreach (BackupJob job in jobs)
                {
                    if (!await TryPublishAsync(client, new JobEvent(JobEvents.EndOf(job), job), cancellationToken))
                    {
                        return false;
                    }
                }
            }

            return true;
        }
        catch (JournalException exception)
        {
            _log.AnnouncingFailed(exception);
            return false;
        }
    }

    /// <summary>Publishes an event and, if it is the last one of its job, remembers that.</summary>
    /// <returns>Whether nothing is left to be done.</returns>
    private async Task<bool> TryPublishAsync(IDaprClient client, JobEvent happened, CancellationToken cancellationToken)
    {
        if (!await TrySendAsync(client, happened, cancellationToken))
        {
            return !happened.Job.IsOver;
        }

        if (happened.Job.IsOver)
        {
            _lastProgress.Remove(happened.Job.Id);
            try
            {
                await _journal.SetAnnouncedAsync(happened.Job.Id, cancellationToken);
            }
            catch (JournalException exception)
            {
                _log.AnnouncingFailed(exception); // it is published again, with the same id
                return false;
            }

            _claims.Release(happened.Job.Id);
        }

        return true;
    }

    private async Task<bool> TrySendAsync(IDaprClient client, JobEvent happened, CancellationToken cancellationToken)
    {
        DaprSettings settings = _configuration.Current.Dapr;
        using Activity? activity = ContextOf(happened.Job);
        try
        {
            await client.PublishByteEventAsync(
                settings.PubSub,
                settings.EventTopic,
                Encode(happened, _time.GetUtcNow()),
                "application/cloudevents+json",
                cancellationToken: cancellationToken);
            return true;
        }
        catch (DaprException exception)
        {
            // The job's own record has it, too; jobs must not wait for a broker.
            _log.PublishFailed(exception, TypeOf(happened), happened.Job.Id);
            return false;
        }
    }

    /// <summary>daprd writes the caller's trace context into the envelope, whatever is there already.</summary>
    private static Activity? ContextOf(BackupJob job) =>
        job.TraceParent is { } trace && ActivityContext.TryParse(trace, null, out _)
            ? new Activity("publish").SetParentId(trace).SetIdFormat(ActivityIdFormat.W3C).Start()
            : null;

    private bool IsWanted(JobEvent happened)
    {
        TimeSpan interval = _configuration.Current.Dapr.ProgressInterval;
        switch (happened.Kind)
        {
            case JobEventKind.Queued:
                return false;
            case JobEventKind.Progress:
                DateTimeOffset now = _time.GetUtcNow();
                if (interval <= TimeSpan.Zero || now - _lastProgress.GetValueOrDefault(happened.Job.Id, happened.Job.Started ?? now) < interval)
                {
                    return false;
                }

                _lastProgress[happened.Job.Id] = now;
                return true;
            default:
                return true;
        }
    }

    /// <summary>The same event has the same id, however often it is published.</summary>
    private static string IdOf(JobEvent happened, DateTimeOffset now) => happened.Kind == JobEventKind.Progress
        ? string.Create(CultureInfo.InvariantCulture, $"{happened.Job.Id}-progress-{now.ToUnixTimeMilliseconds()}")
        : string.Create(CultureInfo.InvariantCulture, $"{happened.Job.Id}-{happened.Kind.ToString().ToLowerInvariant()}-{happened.Job.Attempts}");
}
