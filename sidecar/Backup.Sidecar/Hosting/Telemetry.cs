using System.Diagnostics;
using System.Diagnostics.Metrics;
using Backup.Engine;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Hosting;

/// <summary>Traces and measurements of the service, by the names that dashboards know them.</summary>
internal static class Telemetry
{
    public const string Name = "Backup.Sidecar";

    private static readonly ActivitySource Source = new(Name, Session.Version);
    private static readonly Meter Meter = new(Name, Session.Version);
    private static readonly Counter<long> Jobs = Meter.CreateCounter<long>("backup.jobs", "{job}", "Jobs that ended.");
    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>("backup.job.duration", "s", "From begin to end of a job.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("backup.bytes", "By", "Bytes of sources that backups went through.");
    private static readonly Counter<long> Stored = Meter.CreateCounter<long>("backup.stored.bytes", "By", "Bytes that backups added to repositories.");
    private static readonly Counter<long> Problems = Meter.CreateCounter<long>("backup.problems", "{item}", "Single items that went wrong.");
    private static readonly Counter<long> StorageRequests = Meter.CreateCounter<long>(
        "backup.storage.requests", "{request}", "Requests to the places of repositories, repeated ones included.");
    private static readonly Counter<long> StorageBytes = Meter.CreateCounter<long>(
        "backup.storage.bytes", "By", "Bytes of files that went to and came from the places of repositories.");
    private static readonly Counter<long> StorageRetries = Meter.CreateCounter<long>(
        "backup.storage.retries", "{request}", "Requests to the places of repositories that failed and were made once more.");
    private static readonly Gauge<double> LastSuccess = Meter.CreateGauge<double>(
        "backup.last.success.timestamp", "s", "When a job last succeeded, in seconds since 1970.");

    /// <summary>Begins a job's span below that of who asked for it.</summary>
    public static Activity? StartJob(BackupJob job)
    {
        ActivityContext.TryParse(job.TraceParent, null, isRemote: true, out ActivityContext parent);
        Activity? activity = Source.StartActivity($"backup.{job.Operation.ToString().ToLowerInvariant()}", ActivityKind.Consumer, parent);
        activity?.SetTag("backup.job.id", job.Id);
        activity?.SetTag("backup.repository", job.Repository);
        activity?.SetTag("backup.policy", job.Policy);
        return activity;
    }

    /// <summary>Counts what a job or a request had to do with the place of its repository.</summary>
    /// <param name="repository">The repository's name.</param>
    /// <param name="before">What was counted before.</param>
    /// <param name="after">What was counted after.</param>
    public static void CountTraffic(string repository, BackendTraffic before, BackendTraffic after)
    {
        var ofRepository = KeyValuePair.Create<string, object?>("repository", repository);
        Count(StorageRequests, after.Saves - before.Saves, "kind", "save");
        Count(StorageRequests, after.Reads - before.Reads, "kind", "read");
        Count(StorageRequests, after.Looks - before.Looks, "kind", "look");
        Count(StorageRequests, after.Listings - before.Listings, "kind", "list");
        Count(StorageRequests, after.Removals - before.Removals, "kind", "remove");
        Count(StorageBytes, after.BytesSaved - before.BytesSaved, "direction", "sent");
        Count(StorageBytes, after.BytesRead - before.BytesRead, "direction", "received");
        StorageRetries.Add(after.Retries - before.Retries, ofRepository);

        void Count(Counter<long> counter, long value, string tag, string text) =>
            counter.Add(value, ofRepository, KeyValuePair.Create<string, object?>(tag, text));
    }

    /// <summary>Counts a job that ended.</summary>
    public static void EndJob(BackupJob job, JobState state, JobResult? result, JobError? error, DateTimeOffset now)
    {
        if (error is not null)
        {
            Activity.Current?.SetStatus(ActivityStatusCode.Error, error.ErrorId);
        }

        if (state == JobState.Queued)
        {
            return; // interrupted: it goes on at the next start
        }

        var tags = new TagList
        {
            { "operation", job.Operation.ToString().ToLowerInvariant() },
            { "repository", job.Repository },
            { "policy", job.Policy ?? "" },
        };
        Durations.Record((now - (job.Started ?? now)).TotalSeconds, tags);
        Problems.Add(result?.ProblemCount ?? 0, tags);
        if (state == JobState.Succeeded)
        {
            LastSuccess.Record(now.ToUnixTimeMilliseconds() / 1000.0, tags);
        }

        foreach (SnapshotResult snapshot in result?.Snapshots ?? [])
        {
            Bytes.Add((long)snapshot.Bytes, tags);
            Stored.Add((long)snapshot.BytesStored, tags);
        }

        tags.Add("state", state.ToString().ToLowerInvariant());
        Jobs.Add(1, tags);
    }
}
