using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Xml;

namespace Backup.TestKit.Dapr;

/// <summary>
/// Dapr's Scheduler with a clock of its own, that tests move. Share one between several <see cref="DaprDouble"/>s: a job's
/// callback goes to one of those that have its app-id and a healthy application.
/// </summary>
public sealed class SchedulerDouble(DateTimeOffset? start = null)
{
    private const int MaxEndlessRetries = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SchedulerJob> _jobs = new(StringComparer.Ordinal);
    private readonly List<(object Owner, string Scope, AppChannel App)> _members = [];
    private readonly Queue<(SchedulerJob Job, DateTimeOffset Due)> _undelivered = new();
    private readonly List<JobTrigger> _triggers = [];
    private int _turn;

    /// <summary>What its clock shows.</summary>
    public DateTimeOffset Now { get; private set; } = start ?? new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>The callbacks so far.</summary>
    public IReadOnlyList<JobTrigger> Triggers
    {
        get
        {
            lock (_gate)
            {
                return [.. _triggers];
            }
        }
    }

    /// <summary>The jobs' names.</summary>
    public IReadOnlyList<string> Jobs
    {
        get
        {
            lock (_gate)
            {
                return [.. _jobs.Values.Select(job => job.Name).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Moves the clock on and makes the callbacks that fall due, one after the other.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        DateTimeOffset end = Now + by;
        while (TakeDue(end) is { } due)
        {
            await FireAsync(due.Job, due.Due);
        }

        Now = end;
    }

    /// <summary>Makes a job's callback now, whatever its schedule.</summary>
    public Task TriggerAsync(string name)
    {
        SchedulerJob job;
        lock (_gate)
        {
            job = _jobs.Values.Single(one => one.Name == name);
        }

        return FireAsync(job, Now);
    }

    internal void Schedule(string scope, string name, JsonObject request, byte[] data, JsonNode? dataNode, bool overwrite)
    {
        string? schedule = Text(request, "schedule");
        string? dueTime = Text(request, "dueTime");
        if (schedule is null && dueTime is null)
        {
            throw new DaprFaultException(HttpStatusCode.BadRequest, GrpcCode.InvalidArgument, "DAPR_SCHEDULER_SCHEDULE_EMPTY", "Schedule is empty");
        }

        try
        {
            JobSchedule? times = schedule is null ? null : new JobSchedule(schedule);
            DateTimeOffset? first = dueTime is null ? null : Point(dueTime);
            var job = new SchedulerJob
            {
                Key = scope + "||" + name,
                Name = name,
                Schedule = schedule,
                DueTime = dueTime,
                Ttl = Text(request, "ttl"),
                Repeats = request["repeats"]?.GetValue<int>(),
                Data = data,
                DataNode = dataNode,
                FailurePolicy = request["failurePolicy"] as JsonObject,
                Times = times,
                Next = first ?? times?.After(Now),
                End = Text(request, "ttl") is { } ttl ? Point(ttl) : null,
            };
            lock (_gate)
            {
                if (!overwrite && _jobs.ContainsKey(job.Key))
                {
                    throw new DaprFaultException(
                        HttpStatusCode.Conflict, 6, "DAPR_SCHEDULER_SCHEDULE_JOB", $"failed to schedule job due to: rpc error: code = AlreadyExists desc = job already exists: {name}");
                }

                _jobs[job.Key] = job;
            }
        }
        catch (FormatException exception)
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError, GrpcCode.Internal, "DAPR_SCHEDULER_SCHEDULE_JOB", "failed to schedule job due to: " + exception.Message);
        }
    }

    internal SchedulerJob Get(string scope, string name)
    {
        lock (_gate)
        {
            return _jobs.GetValueOrDefault(scope + "||" + name) ?? throw new DaprFaultException(
                HttpStatusCode.InternalServerError,
                GrpcCode.Internal,
                "DAPR_SCHEDULER_GET_JOB",
                $"failed to get job due to: rpc error: code = NotFound desc = job not found: {name}");
        }
    }

    internal void Delete(string scope, string name)
    {
        lock (_gate)
        {
            _jobs.Remove(scope + "||" + name);
        }
    }

    internal async Task JoinAsync(object owner, string scope, AppChannel app)
    {
        lock (_gate)
        {
            _members.RemoveAll(member => member.Owner == owner);
            _members.Add((owner, scope, app));
        }

        while (TakeUndelivered(scope) is { } waiting)
        {
            await FireAsync(waiting.Job, waiting.Due);
        }
    }

    internal void Leave(object owner)
    {
        lock (_gate)
        {
            _members.RemoveAll(member => member.Owner == owner);
        }
    }

    private (SchedulerJob Job, DateTimeOffset Due)? TakeUndelivered(string scope)
    {
        lock (_gate)
        {
            return _undelivered.TryPeek(out (SchedulerJob Job, DateTimeOffset Due) first) && first.Job.Key.StartsWith(scope + "||", StringComparison.Ordinal)
                ? _undelivered.Dequeue()
                : null;
        }
    }

    private (SchedulerJob Job, DateTimeOffset Due)? TakeDue(DateTimeOffset end)
    {
        lock (_gate)
        {
            SchedulerJob? job = _jobs.Values.Where(one => one.Next <= end).MinBy(one => one.Next);
            if (job?.Next is not { } due)
            {
                return null;
            }

            Now = due > Now ? due : Now;
            job.Runs++;
            job.Next = job.Times?.After(due);
            bool isOver = job.Next is null || job.Next > job.End || (job.Repeats is { } repeats && job.Runs >= repeats);
            if (isOver)
            {
                _jobs.Remove(job.Key);
            }

            return (job, due);
        }
    }

    private async Task FireAsync(SchedulerJob job, DateTimeOffset due)
    {
        for (int attempt = 1; attempt <= 1 + (job.Retries ?? MaxEndlessRetries); attempt++)
        {
            if (Pick(job) is not { } member)
            {
                lock (_gate)
                {
                    _undelivered.Enqueue((job, due));
                }

                return;
            }

            int status = await CallAsync(member.App, job);
            lock (_gate)
            {
                if (!_members.Contains(member))
                {
                    attempt--; // its daprd went away before it could say what the application answered: it fires again
                    continue;
                }

                _triggers.Add(new JobTrigger(job.Name, due, attempt, status));
            }

            if (status is (>= 200 and <= 299) or 404)
            {
                return;
            }
        }
    }

    private (object Owner, string Scope, AppChannel App)? Pick(SchedulerJob job)
    {
        lock (_gate)
        {
            (object Owner, string Scope, AppChannel App)[] fit =
                [.. _members.Where(member => job.Key.StartsWith(member.Scope + "||", StringComparison.Ordinal))];
            return fit.Length == 0 ? null : fit[_turn++ % fit.Length];
        }
    }

    private static async Task<int> CallAsync(AppChannel app, SchedulerJob job)
    {
        try
        {
            return (await app.CallAsync(HttpMethod.Post, "/job/" + Uri.EscapeDataString(job.Name), job.Data, "application/json")).Status;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private DateTimeOffset Point(string text)
    {
        if (GoDuration.TryParse(text, out TimeSpan duration))
        {
            return Now + duration;
        }

        return text.StartsWith('P')
            ? Now + XmlConvert.ToTimeSpan(text)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? time
                : throw new FormatException($"unsupported time/duration format {text}");
    }

    private static string? Text(JsonObject request, string name) =>
        request[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;
}
