using System.Collections.Concurrent;
using System.Globalization;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Jobs;

/// <summary>
/// Asks for the policies' jobs when they are due. A time that passed while the service was down is made up for once.
/// The slot is the request's key, so that one time is one job, whoever asks how often.
/// </summary>
internal sealed class PolicySchedule(
    JobBook book, IJobJournal journal, ServiceConfiguration configuration, TimeProvider time, ILogger<PolicySchedule> log) : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1); // clocks are set, machines sleep

    private static readonly TimeSpan[] LooksBack = [TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(32)];

    private readonly ConcurrentDictionary<string, DateTimeOffset> _last = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _cleaned;

    /// <summary>The key of a policy's run at a time.</summary>
    public static string KeyOf(string policy, DateTimeOffset slot) =>
        string.Create(CultureInfo.InvariantCulture, $"{policy}@{slot.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");

    /// <summary>When the policy is due next; null: it has no schedule.</summary>
    public DateTimeOffset? NextOf(Policy policy) =>
        policy.Schedule is null ? null : CronSchedule.Parse(policy.Schedule, policy.TimeZone).Next(time.GetUtcNow());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        configuration.Changed += Wake;
        try
        {
            while (true)
            {
                Task changed = Volatile.Read(ref _changed).Task;
                DateTimeOffset next = await RunDueAsync(stoppingToken);
                TimeSpan wait = next - time.GetUtcNow();
                wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
                await Task.WhenAny(Task.Delay(wait, time, stoppingToken), changed);
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

    /// <summary>Asks for all that is due, unless that is left to Dapr's scheduler.</summary>
    /// <returns>When something is due next.</returns>
    public async Task<DateTimeOffset> RunDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset earliest = now + LongestWait;
        IEnumerable<KeyValuePair<string, Policy>> policies = configuration.Current.Dapr.Jobs ? [] : configuration.Current.Policies;
        foreach ((string name, Policy policy) in policies.Where(pair => pair.Value.Schedule is not null))
        {
            try
            {
                CronSchedule schedule = CronSchedule.Parse(policy.Schedule!, policy.TimeZone); // filtered above
                DateTimeOffset last = await LastOfAsync(name, now, cancellationToken);
                if (LastDue(schedule, last, now) is { } slot)
                {
                    await book.AcceptAsync(
                        new JobRequest { Policy = name }, new JobOrigin(JobDoor.Schedule, KeyOf(name, slot)), cancellationToken);
                    await SaveAsync(name, slot, cancellationToken);
                }

                earliest = schedule.Next(now) is { } next && next < earliest ? next : earliest;
            }
            catch (Exception exception) when (exception is RequestException or JournalException or FormatException)
            {
                log.ScheduleFailed(exception, name); // and it is tried again in a minute
            }
        }

        await CleanAsync(now, cancellationToken);
        return earliest;
    }

    /// <summary>The newest time that is due. Those before it are covered by it.</summary>
    private static DateTimeOffset? LastDue(CronSchedule schedule, DateTimeOffset last, DateTimeOffset now)
    {
        foreach (TimeSpan span in LooksBack)
        {
            // So that not each second of a year is gone through.
            if (now - span > last && schedule.Next(now - span) <= now)
            {
                last = now - span;
                break;
            }
        }

        DateTimeOffset? due = null;
        for (DateTimeOffset? slot = schedule.Next(last); slot <= now; slot = schedule.Next(slot.Value))
        {
            due = slot;
        }

        return due;
    }

    private async Task<DateTimeOffset> LastOfAsync(string policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_last.TryGetValue(policy, out DateTimeOffset last))
        {
            return last;
        }

        if (await journal.FindSlotAsync(policy, cancellationToken) is { } slot)
        {
            return _last[policy] = slot > now ? now : slot;
        }

        // A new policy has missed nothing, but does from now on; earlier versions kept jobs only.
        IReadOnlyList<BackupJob> jobs = await journal.ListAsync(new JobFilter { Policy = policy, Limit = 1000 }, cancellationToken);
        last = jobs.FirstOrDefault(job => job.Door == JobDoor.Schedule)?.Accepted ?? now;
        return await SaveAsync(policy, last > now ? now : last, cancellationToken);
    }

    private async Task<DateTimeOffset> SaveAsync(string policy, DateTimeOffset slot, CancellationToken cancellationToken)
    {
        await journal.SaveSlotAsync(policy, slot, cancellationToken);
        return _last[policy] = slot;
    }

    private async Task CleanAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now - _cleaned < TimeSpan.FromHours(1))
        {
            return;
        }

        _cleaned = now;
        try
        {
            await journal.RemoveAsync(now - configuration.Current.KeepJobs, cancellationToken);
        }
        catch (JournalException exception)
        {
            log.CleaningFailed(exception); // and it is tried again in an hour
        }
    }
}
