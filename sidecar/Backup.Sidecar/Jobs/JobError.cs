namespace Backup.Sidecar.Jobs;

/// <summary>Why a job failed.</summary>
/// <param name="ErrorId">A stable name, such as <c>RepositoryLocked</c>.</param>
/// <param name="Message">What failed, on what, and what to do.</param>
internal sealed record JobError(string ErrorId, string Message);
