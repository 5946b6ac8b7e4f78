using System.Text.Json;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Dapr.Doors;

/// <summary>
/// Policies on Dapr's scheduler: it is told when each is due, and calls one of the replicas then. Jobs in it that no policy
/// belongs to any more are removed when they tick.
/// </summary>
internal sealed class SchedulerDoor(
    JobBook book, ServiceConfiguration configuration, DaprAccess dapr, TimeProvider time, ILogger<SchedulerDoor> log) : BackgroundService
{
    private const string Prefix = "backup-";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>The journal may be busy for a while, so a tick is worth some patience.</summary>
    private static readonly JobFailurePolicy Failures = new("30s", 5);

    private readonly TaskCompletionSource _scheduled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/job/{name}", ReceiveAsync);

    /// <summary>The schedule as Dapr's scheduler wants it: with seconds and zone.</summary>
    public static string ScheduleOf(Policy policy)
    {
        string schedule = (policy.Schedule ?? "").Trim();
        if (schedule.StartsWith('@'))
        {
            return schedule;
        }

        string zone = "";
        if (schedule.StartsWith("CRON_TZ=", StringComparison.Ordinal) || schedule.StartsWith("TZ=", StringComparison.Ordinal))
        {
            int blank = schedule.IndexOf(' ', StringComparison.Ordinal);
            zone = $"CRON_TZ={schedule[(schedule.IndexOf('=', StringComparison.Ordinal) + 1)..blank]} ";
            schedule = schedule[blank..].Trim();
        }
        else if (policy.TimeZone is { } name)
        {
            zone = $"CRON_TZ={name} ";
        }

        int fields = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        return zone + (fields == 5 ? $"0 {schedule}" : schedule);
    }

    /// <summary>Done when the scheduler has been told of all policies for the first time.</summary>
    public Task WhenScheduledAsync() => _scheduled.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (dapr.Client is not { } client || !configuration.Current.Dapr.Jobs)
        {
            return;
        }

        configuration.Changed += Wake;
        try
        {
            while (true)
            {
                Task changed = Volatile.Read(ref _changed).Task;
                bool isDone = await TryScheduleAsync(client, stoppingToken);
                await Task.WhenAny(changed, Task.Delay(isDone ? Timeout.InfiniteTimeSpan : RetryAfter, time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            configuration.Changed -= Wake;
        }
    }

    private void Wake() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private async Task<bool> TryScheduleAsync(IDaprClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.WaitForSidecarAsync(cancellationToken);
            foreach ((string name, Policy policy) in configuration.Current.Policies.Where(pair => pair.Value.Schedule is not null))
            {
                var job = new DaprJob
                {
                    Schedule = ScheduleOf(policy),
                    Data = JsonElement.Parse($$"""{"policy":"{{name}}"}"""), // names have no characters that JSON escapes
                    Overwrite = true,
                    FailurePolicy = Failures,
                };
                if ((await client.GetJobAsync(Prefix + name, cancellationToken))?.Schedule != job.Schedule)
                {
                    await client.ScheduleJobAsync(Prefix + name, job, cancellationToken); // else «@every 6h» would begin anew with each start
                }
            }

            _scheduled.TrySetResult();
            return true;
        }
        catch (DaprException exception)
        {
            log.SchedulingFailed(exception);
            return false;
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        string job = context.Request.RouteValues["name"] as string ?? "";
        string name = job.StartsWith(Prefix, StringComparison.Ordinal) ? job[Prefix.Length..] : "";
        if (configuration.Current.Policies.GetValueOrDefault(name) is not { Schedule: { } schedule } policy)
        {
            if (dapr.Client is { } client && name.Length > 0)
            {
                await client.DeleteJobAsync(job, context.RequestAborted);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound; // done, as far as the scheduler is concerned
            return;
        }

        string key = PolicySchedule.KeyOf(name, SlotOf(CronSchedule.Parse(schedule, policy.TimeZone), time.GetUtcNow()));
        string? trace = context.Request.Headers.TraceParent.FirstOrDefault();
        await book.AcceptAsync(new JobRequest { Policy = name }, new JobOrigin(JobDoor.Schedule, key, trace), context.RequestAborted);
        await DeliveryReply.SuccessAsync(context);
    }

    /// <summary>The time that a tick is meant for: the last one that is due, clocks differing by seconds.</summary>
    private static DateTimeOffset SlotOf(CronSchedule schedule, DateTimeOffset now)
    {
        DateTimeOffset? slot = null;
        DateTimeOffset limit = now.AddSeconds(5);
        for (DateTimeOffset? next = schedule.Next(now.AddMinutes(-10)); next <= limit; next = schedule.Next(next.Value))
        {
            slot = next;
        }

        return slot ?? new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
    }
}
