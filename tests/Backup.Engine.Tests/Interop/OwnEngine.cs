using System.Text;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Interop;

/// <summary>Our engine, working on one repository through the façade: each call opens it anew, as a program would.</summary>
internal sealed class OwnEngine
{
    private readonly string _location;

    public OwnEngine(string location) => _location = location;

    /// <summary>How the repository is opened.</summary>
    public RepositoryOptions Options => new()
    {
        Location = _location,
        Password = Encoding.UTF8.GetBytes(Restic.Password),
        PackSizeInBytes = PackSizeInBytes,
        Connection = Connection,
        Time = Time,
        Warn = Warn,
        KeyCost = KeyCost,
    };

    /// <summary>How its place is reached.</summary>
    public ConnectionOptions Connection { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Hears warnings.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>What a try of a password costs in a repository that is created.</summary>
    public ScryptCost KeyCost { get; init; } = ScryptCost.Default;

    /// <summary>Target size of a pack.</summary>
    public int PackSizeInBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Where relative paths begin.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Creates the repository.</summary>
    public async Task InitAsync(int version = 2)
    {
        await using Repository repository = await Repository.CreateAsync(Options with { Version = version }, CancellationToken.None);
    }

    /// <summary>Backs up these paths as host <c>host</c>, the one that <see cref="Restic"/> names, too.</summary>
    public Task<BackupSummary> BackupAsync(params string[] paths) => BackupAsync(options => options, paths);

    /// <summary>Backs up with other options.</summary>
    public async Task<BackupSummary> BackupAsync(Func<BackupOptions, BackupOptions> change, params string[] paths)
    {
        IBackupSource source = Repository.CreateSource(new FileSystemSourceOptions { Paths = paths, WorkingDirectory = WorkingDirectory });
        await using Repository repository = await Repository.OpenAsync(Options, CancellationToken.None);
        return await repository.BackupAsync(change(new BackupOptions { Source = source, Hostname = "host" }), null, CancellationToken.None);
    }

    /// <summary>Restores and demands that there are no errors.</summary>
    public async Task<RestoreSummary> RestoreAsync(string snapshot, string target)
    {
        await using Repository repository = await Repository.OpenAsync(Options, CancellationToken.None);
        RestoreSummary summary = await repository.RestoreAsync(
            new RestoreOptions { Snapshot = snapshot, Target = target }, null, CancellationToken.None);
        Assert.Empty(summary.Errors);
        return summary;
    }

    /// <summary>Checks everything and demands that there are no errors.</summary>
    public async Task<CheckReport> CheckAsync()
    {
        await using Repository repository = await Repository.OpenAsync(Options, CancellationToken.None);
        CheckReport report = await repository.CheckAsync(
            new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);
        Assert.Empty(report.Problems.Where(problem => problem.Severity == CheckSeverity.Error).Select(problem => problem.Message));
        return report;
    }

    /// <summary>Removes a snapshot, and everything that only it needs.</summary>
    /// <returns>What the prune removed.</returns>
    public async Task<PruneResult> RemoveAsync(SnapshotId snapshot)
    {
        await using Repository repository = await Repository.OpenAsync(Options, CancellationToken.None);
        await repository.ForgetAsync(new ForgetOptions { Snapshots = [snapshot.ToString()] }, CancellationToken.None);
        return await repository.PruneAsync(new PruneOptions { MaxUnused = UnusedLimit.OfSize(0) }, null, CancellationToken.None);
    }

    /// <summary>
    /// Removes the locks of dead processes, and only those: by restic, or in a container, where restic takes ours for those of
    /// another host, ourselves.
    /// </summary>
    public async Task UnlockAsync()
    {
        if (HostInstance.Current.Container is null)
        {
            new Restic(_location).Run("unlock");
            return;
        }

        await using Repository repository = await Repository.OpenAsync(Options, CancellationToken.None);
        await repository.UnlockAsync(removeAll: false, CancellationToken.None);
    }

    /// <summary>The snapshots, oldest first.</summary>
    public async Task<IReadOnlyList<Snapshot>> SnapshotsAsync()
    {
        await using Repository repository = await Repository.OpenAsync(Options, CancellationToken.None);
        SnapshotList list = await repository.ListSnapshotsAsync(new SnapshotListOptions(), CancellationToken.None);
        return [.. list.Groups.SelectMany(group => group.Snapshots).OrderBy(snapshot => snapshot.Time)];
    }
}
