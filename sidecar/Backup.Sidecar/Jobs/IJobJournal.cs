namespace Backup.Sidecar.Jobs;

/// <summary>Remembers jobs across restarts. What a member has done when its task ends survives a crash.</summary>
internal interface IJobJournal : IAsyncDisposable
{
    /// <summary>Adds a job, unless there is one of that id.</summary>
    /// <returns>The job that is in the journal now.</returns>
    /// <exception cref="JournalException">It could not be stored: the request is not accepted.</exception>
    Task<BackupJob> AddAsync(BackupJob job, CancellationToken cancellationToken);

    /// <summary>Replaces a job's document.</summary>
    /// <exception cref="JournalException">It could not be stored.</exception>
    Task SaveAsync(BackupJob job, CancellationToken cancellationToken);

    /// <summary>One job by its id.</summary>
    Task<BackupJob?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Jobs, the newest first.</summary>
    Task<IReadOnlyList<BackupJob>> ListAsync(JobFilter filter, CancellationToken cancellationToken);

    /// <summary>All jobs that are not over, the oldest first.</summary>
    Task<IReadOnlyList<BackupJob>> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>Removes jobs that were over before that time.</summary>
    /// <returns>How many.</returns>
    Task<int> RemoveAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken);
}
