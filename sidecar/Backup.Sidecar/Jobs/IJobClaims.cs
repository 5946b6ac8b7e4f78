namespace Backup.Sidecar.Jobs;

/// <summary>
/// Replicas of the service share jobs by it: each job belongs to one of them, which alone may begin and end it, and to another
/// one when that one has died.
/// </summary>
internal interface IJobClaims
{
    /// <summary>Whether there may be other replicas. If not, every job is ours and everything succeeds at once.</summary>
    bool IsShared { get; }

    /// <summary>This replica was not heard of for so long that others may take over its jobs: what runs has to stop.</summary>
    event Action? Lost;

    /// <summary>Waits until jobs may be taken in and begun.</summary>
    Task WhenHeldAsync(CancellationToken cancellationToken);

    /// <summary>Makes a new job ours, unless there is one of that id.</summary>
    /// <exception cref="JournalException">It could not be recorded.</exception>
    Task<JobClaim> TakeAsync(BackupJob job, CancellationToken cancellationToken);

    /// <summary>Makes a job ours again that an earlier run of this replica left.</summary>
    /// <exception cref="JournalException">Whose it is could not be found out.</exception>
    Task<JobClaim> RetakeAsync(BackupJob job, CancellationToken cancellationToken);

    /// <summary>Records how far one of our jobs is.</summary>
    /// <returns>False: it is not ours any more, and nothing may come of what we did.</returns>
    /// <exception cref="JournalException">It could not be recorded.</exception>
    Task<bool> TrySaveAsync(BackupJob job, CancellationToken cancellationToken);

    /// <summary>A job of whichever replica.</summary>
    Task<BackupJob?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Has a job cancelled that another replica has, some time soon.</summary>
    /// <returns>The job as it is now; null: there is none that others could have.</returns>
    /// <exception cref="JournalException">It could not be recorded.</exception>
    Task<BackupJob?> AskToCancelAsync(string id, CancellationToken cancellationToken);

    /// <summary>Waits until no job of another replica has the repository of this one for itself.</summary>
    /// <param name="job">One of ours that is running.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Lets others have it; they do too when the job ends or is taken over.</returns>
    Task<IAsyncDisposable> TakeTurnAsync(BackupJob job, CancellationToken cancellationToken);

    /// <summary>Waits until an application holds still for no job of another replica.</summary>
    /// <param name="job">One of ours that is running.</param>
    /// <param name="application">The application.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Lets others have it; they do too when the job ends or is taken over.</returns>
    Task<IAsyncDisposable> TakeQuietTurnAsync(BackupJob job, string application, CancellationToken cancellationToken);

    /// <summary>A job of ours is over, and everybody has been told of its end.</summary>
    void Release(string id);
}
