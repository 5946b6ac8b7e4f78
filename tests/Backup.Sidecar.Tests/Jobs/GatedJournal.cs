using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Tests.Jobs;

/// <summary>A journal that finds nothing until the test lets it.</summary>
internal sealed class GatedJournal(IJobJournal journal) : IJobJournal
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool KeepsAnnouncements => journal.KeepsAnnouncements;

    /// <summary>Done when somebody wants to find something.</summary>
    public Task Asked => _asked.Task;

    /// <summary>From now on it finds.</summary>
    public void Open() => _opened.TrySetResult();

    public async Task<BackupJob?> FindAsync(string id, CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        await _opened.Task;
        return await journal.FindAsync(id, cancellationToken);
    }

    public Task<BackupJob> AddAsync(BackupJob job, CancellationToken cancellationToken) => journal.AddAsync(job, cancellationToken);

    public Task SaveAsync(BackupJob job, CancellationToken cancellationToken) => journal.SaveAsync(job, cancellationToken);

    public Task RemoveAsync(string id, CancellationToken cancellationToken) => journal.RemoveAsync(id, cancellationToken);

    public Task<IReadOnlyList<BackupJob>> ListUnannouncedAsync(int limit, CancellationToken cancellationToken) => journal.ListUnannouncedAsync(limit, cancellationToken);

    public Task SetAnnouncedAsync(string id, CancellationToken cancellationToken) => journal.SetAnnouncedAsync(id, cancellationToken);

    public Task<IReadOnlyList<BackupJob>> ListAsync(JobFilter filter, CancellationToken cancellationToken) => journal.ListAsync(filter, cancellationToken);

    public Task<IReadOnlyList<BackupJob>> ListOpenAsync(CancellationToken cancellationToken) => journal.ListOpenAsync(cancellationToken);

    public Task<DateTimeOffset?> FindSlotAsync(string policy, CancellationToken cancellationToken) => journal.FindSlotAsync(policy, cancellationToken);

    public Task SaveSlotAsync(string policy, DateTimeOffset slot, CancellationToken cancellationToken) => journal.SaveSlotAsync(policy, slot, cancellationToken);

    public Task<int> RemoveAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => journal.RemoveAsync(endedBefore, cancellationToken);

    public ValueTask DisposeAsync() => journal.DisposeAsync();
}
