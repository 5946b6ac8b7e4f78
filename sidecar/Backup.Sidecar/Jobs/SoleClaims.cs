namespace Backup.Sidecar.Jobs;

/// <summary>There is one replica, so every job is its own.</summary>
internal sealed class SoleClaims : IJobClaims
{
    public event Action? Lost
    {
        add { } // nobody is there who could take a job over
        remove { }
    }

    public bool IsShared => false;

    public Task WhenHeldAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<JobClaim> TakeAsync(BackupJob job, CancellationToken cancellationToken) => Task.FromResult(new JobClaim(job, true));

    public Task<JobClaim> RetakeAsync(BackupJob job, CancellationToken cancellationToken) => Task.FromResult(new JobClaim(job, true));

    public Task<bool> TrySaveAsync(BackupJob job, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<BackupJob?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult<BackupJob?>(null);

    public Task<BackupJob?> AskToCancelAsync(string id, CancellationToken cancellationToken) => Task.FromResult<BackupJob?>(null);

    public Task<IAsyncDisposable> TakeTurnAsync(BackupJob job, CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new Nothing());

    public Task<IAsyncDisposable> TakeQuietTurnAsync(BackupJob job, string application, CancellationToken cancellationToken) =>
        TakeTurnAsync(job, cancellationToken);

    public void Release(string id)
    {
        // There is nothing to be released.
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
