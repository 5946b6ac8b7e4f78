using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Operations;

/// <summary>
/// The snapshots of one job. Their program's version names it, so that a job that is done again, because nobody recorded its end,
/// makes no second snapshot of the same source.
/// </summary>
internal sealed class JobSnapshots(Repository repository, string jobId)
{
    /// <summary>What the job's snapshots say about who made them.</summary>
    public string ProgramVersion => $"backup {Session.Version} job {jobId}";

    /// <summary>The job's snapshots of a source, the oldest first.</summary>
    public async Task<IReadOnlyList<Snapshot>> ListAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        [.. (await AllAsync(cancellationToken)).Where(snapshot => snapshot.Paths.SequenceEqual(paths)).OrderBy(snapshot => snapshot.Time)];

    /// <summary>Removes the job's snapshots of a source but these: runs made them that came to nothing.</summary>
    public async Task KeepOnlyAsync(IReadOnlyList<string> kept, IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        await RemoveAsync((await ListAsync(paths, cancellationToken)).Select(snapshot => snapshot.Id.ToString()).Except(kept), cancellationToken);

    /// <summary>Removes snapshots that a run made which lost its job, where the run that has it made others.</summary>
    public async Task WithdrawAsync(IReadOnlyList<string> made, CancellationToken cancellationToken)
    {
        ILookup<bool, Snapshot> all = (await AllAsync(cancellationToken)).ToLookup(snapshot => made.Contains(snapshot.Id.ToString()));
        await RemoveAsync(
            all[true].Where(mine => all[false].Any(other => other.Paths.SequenceEqual(mine.Paths))).Select(mine => mine.Id.ToString()), cancellationToken);
    }

    private async Task<IReadOnlyList<Snapshot>> AllAsync(CancellationToken cancellationToken)
    {
        SnapshotList list = await repository.ListSnapshotsAsync(new SnapshotListOptions(), cancellationToken);
        return
        [
            .. list.Groups.SelectMany(group => group.Snapshots).Where(snapshot =>
                snapshot.ProgramVersion.EndsWith($" job {jobId}", StringComparison.Ordinal) && !snapshot.Tags.Contains(Snapshot.IncompleteTag)),
        ];
    }

    private async Task RemoveAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        string[] all = [.. ids];
        if (all.Length > 0)
        {
            await repository.ForgetAsync(new ForgetOptions { Snapshots = all }, cancellationToken);
        }
    }
}
