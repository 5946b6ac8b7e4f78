namespace Backup.Sidecar.Jobs;

/// <summary>Remembers jobs across restarts. What a member has done when its task ends survives a crash.</summary>
internal interface IJobJournal : IAsyncDisposable
{
    /// <summary>Adds a job, unless there is one of that id.</summary>
    /// <returns>The job that is in the journal now.</returns>
    /// <exception cref="JournalException">It could not be stored: the request is not accepted.</exception>
    Task<BackupJob> AddAsync(BackupJob job, CancellationToken cancellationToken);

    /// <summary>Replaces a job's document, or adds it. An end of a job is not announced yet.</summary>
    /// <exception cref="JournalException">It could not be stored.</exception>
    Task SaveAsync(BackupJob job, CancellationToken cancellationToken);

    /// <summary>Forgets a job.</summary>
    Task RemoveAsync(string id, CancellationToken cancellationToken);

    /// <summary>Whether ends of jobs are kept until somebody has announced them.</summary>
    bool KeepsAnnouncements { get; }

    /// <summary>Jobs whose end is not announced yet, the oldest first.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<BackupJob>> ListUnannouncedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>The end of a job is announced.</summary>
    Task SetAnnouncedAsync(string id, CancellationToken cancellationToken);

    /// <summary>One job by its id.</summary>
    Task<BackupJob?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Jobs, the newest first.</summary>
    Task<IReadOnlyList<BackupJob>> ListAsync(JobFilter filter, CancellationToken cancellationToken);

    /// <summary>All jobs that are not over, the oldest first.</summary>
    Task<IReadOnlyList<BackupJob>> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>Up to when a policy's schedule was seen to; null: never yet.</summary>
    Task<DateTimeOffset?> FindSlotAsync(string policy, CancellationToken cancellationToken);

    /// <summary>A policy's schedule is seen to up to a time. This outlives its jobs.</summary>
    Task SaveSlotAsync(string policy, DateTimeOffset slot, CancellationToken cancellationToken);

    /// <summary>Removes jobs that were over before that time.</summary>
    /// <returns>How many.</returns>
    Task<int> RemoveAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken);
}
