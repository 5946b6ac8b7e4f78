using Backup.Engine;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Operations;

namespace Backup.Sidecar.Tests.Operations;

public sealed class JobSnapshotsTests
{
    [Fact]
    public async Task What_a_run_stored_that_lost_its_job_goes_if_the_other_run_stored_it_too()
    {
        await using MemoryRepository repository = await MemoryRepository.CreateAsync();
        string lost = await BackupAsync(repository, "job1", "a");
        string only = await BackupAsync(repository, "job1", "b");
        string other = await BackupAsync(repository, "job2", "a");
        var snapshots = new JobSnapshots(repository.Repository, "job1");

        await snapshots.WithdrawAsync([lost, only], CancellationToken.None);
        IEnumerable<string> before = await IdsAsync(repository);
        string again = await BackupAsync(repository, "job1", "a");
        await snapshots.WithdrawAsync([lost, only], CancellationToken.None);

        Assert.Equal(new[] { lost, only, other }.Order(), before);
        Assert.Equal(new[] { again, only, other }.Order(), await IdsAsync(repository));
    }

    [Fact]
    public async Task Of_several_snapshots_of_a_job_and_source_one_is_kept()
    {
        await using MemoryRepository repository = await MemoryRepository.CreateAsync();
        string stale = await BackupAsync(repository, "job1", "a");
        string kept = await BackupAsync(repository, "job1", "a");
        string elsewhere = await BackupAsync(repository, "job1", "b");
        string other = await BackupAsync(repository, "job2", "a");
        var snapshots = new JobSnapshots(repository.Repository, "job1");

        IReadOnlyList<Snapshot> found = await snapshots.ListAsync(["/payload/a"], CancellationToken.None);
        await snapshots.KeepOnlyAsync([kept], ["/payload/a"], CancellationToken.None);

        Assert.Equal([stale, kept], found.Select(snapshot => snapshot.Id.ToString()));
        Assert.Equal(new[] { kept, elsewhere, other }.Order(), await IdsAsync(repository));
    }

    private static async Task<string> BackupAsync(MemoryRepository repository, string job, string name)
    {
        var source = new PayloadSource(new PayloadRequest { Name = name, Text = "x" }, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        BackupSummary summary = await repository.BackupAsync(
            source, options => options with { ProgramVersion = new JobSnapshots(repository.Repository, job).ProgramVersion });
        return summary.Snapshot?.Id.ToString() ?? "";
    }

    private static async Task<IEnumerable<string>> IdsAsync(MemoryRepository repository) =>
        (await repository.Repository.ListSnapshotsAsync(new SnapshotListOptions(), CancellationToken.None)).Groups
            .SelectMany(group => group.Snapshots).Select(snapshot => snapshot.Id.ToString()).Order();
}
