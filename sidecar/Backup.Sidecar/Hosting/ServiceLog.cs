using Backup.Sidecar.Jobs;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Hosting;

/// <summary>What the service writes to its log. Nothing of it may hold a secret or a request's content.</summary>
internal static partial class ServiceLog
{
    private static readonly Func<ILogger, string, IDisposable?> Job = LoggerMessage.DefineScope<string>("job {JobId}");

    /// <summary>What is written until the end of it belongs to a job.</summary>
    public static IDisposable? BeginJob(this ILogger log, string jobId) => Job(log, jobId);

    [LoggerMessage(1, LogLevel.Information, "{Count} jobs of an earlier run are taken up again.")]
    public static partial void Resumed(this ILogger log, int count);

    [LoggerMessage(2, LogLevel.Information, "{Operation} job {JobId} began on repository {Repository} (policy {Policy}).")]
    public static partial void Started(this ILogger log, JobOperation operation, string jobId, string repository, string? policy);

    [LoggerMessage(3, LogLevel.Information, "{Operation} job {JobId} ended: {State}, {Problems} problems.")]
    public static partial void Ended(this ILogger log, JobOperation operation, string jobId, JobState state, long problems);

    [LoggerMessage(4, LogLevel.Error, "{Operation} job {JobId} failed: {ErrorId}.")]
    public static partial void Failed(this ILogger log, Exception exception, JobOperation operation, string jobId, string errorId);

    [LoggerMessage(5, LogLevel.Warning, "Job {JobId} is interrupted, and goes on later.")]
    public static partial void Interrupting(this ILogger log, string jobId);

    [LoggerMessage(6, LogLevel.Error, "The journal failed; job {JobId} is taken up again, at the next start at the latest.")]
    public static partial void JournalFailed(this ILogger log, Exception exception, string jobId);

    [LoggerMessage(7, LogLevel.Error, "The policy {Policy} is due but its job was not accepted; it is tried again in a minute.")]
    public static partial void ScheduleFailed(this ILogger log, Exception exception, string policy);

    [LoggerMessage(8, LogLevel.Warning, "Old jobs could not be removed from the journal; it is tried again in an hour.")]
    public static partial void CleaningFailed(this ILogger log, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "The changed configuration is not used: {Reason}")]
    public static partial void ConfigurationRefused(this ILogger log, string reason);

    [LoggerMessage(10, LogLevel.Information, "The configuration has changed and is in use.")]
    public static partial void ConfigurationChanged(this ILogger log);

    [LoggerMessage(11, LogLevel.Error, "{Method} {Path} failed.")]
    public static partial void RequestFailed(this ILogger log, Exception exception, string method, string path);

    [LoggerMessage(12, LogLevel.Warning, "Repository {Repository}: {Warning}")]
    public static partial void RepositoryWarning(this ILogger log, string repository, string warning);

    [LoggerMessage(13, LogLevel.Information, "Created repository {Repository}. Keep its password safe: without it nobody gets anything out of it.")]
    public static partial void RepositoryCreated(this ILogger log, string repository);

    [LoggerMessage(15, LogLevel.Warning, "A request was dropped: {Reason}")]
    public static partial void DeliveryDropped(this ILogger log, string reason);

    [LoggerMessage(16, LogLevel.Error, "A request can't be taken now; Dapr is asked to bring it again.")]
    public static partial void DeliveryPutOff(this ILogger log, Exception exception);

    [LoggerMessage(17, LogLevel.Error, "The event {Type} of job {JobId} could not be published.")]
    public static partial void PublishFailed(this ILogger log, Exception exception, string type, string jobId);

    [LoggerMessage(18, LogLevel.Error, "Dapr's scheduler could not be told of the policies; it is tried again in 30 seconds.")]
    public static partial void SchedulingFailed(this ILogger log, Exception exception);

    [LoggerMessage(19, LogLevel.Warning, "Another replica has taken over job {JobId}.")]
    public static partial void TakenOver(this ILogger log, string jobId);

    [LoggerMessage(20, LogLevel.Warning, "What job {JobId} did, which another replica has taken over, could not be undone.")]
    public static partial void WithdrawFailed(this ILogger log, Exception exception, string jobId);

    [LoggerMessage(21, LogLevel.Warning, "The replica {Replica} is gone: {Count} of its jobs are taken over.")]
    public static partial void ReplicaGone(this ILogger log, string replica, int count);

    [LoggerMessage(22, LogLevel.Error, "The state store that replicas share jobs by failed; without it for long no jobs are begun.")]
    public static partial void LeaseFailed(this ILogger log, Exception exception);

    [LoggerMessage(23, LogLevel.Error, "What the replicas know about job {JobId} can't be read, so nobody takes it up; the others go on.")]
    public static partial void ClaimUnreadable(this ILogger log, Exception exception, string jobId);

    [LoggerMessage(24, LogLevel.Error, "Which ends of jobs are published already can't be kept in the journal; they are published again.")]
    public static partial void AnnouncingFailed(this ILogger log, Exception exception);

    [LoggerMessage(32, LogLevel.Warning, "The application {Application} could not be resumed after job {JobId}; it is tried again.")]
    public static partial void ResumeFailed(this ILogger log, Exception exception, string application, string jobId);

    [LoggerMessage(33, LogLevel.Critical, "The application {Application} could not be resumed after job {JobId} and may still hold still: see to it.")]
    public static partial void MayHoldStill(this ILogger log, Exception exception, string application, string jobId);

    [LoggerMessage(31, LogLevel.Error, "Job {JobId} does not stop; the service ends without it. The next start takes it up again, and removes its lock.")]
    public static partial void LeftHanging(this ILogger log, string jobId);

    [LoggerMessage(14, LogLevel.Information, "backup-sidecar {Version} listens on {Address}; {Repositories} repositories, {Policies} policies.")]
    public static partial void Listening(this ILogger log, string version, string address, int repositories, int policies);
}
