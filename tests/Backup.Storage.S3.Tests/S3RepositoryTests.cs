using System.Collections.Concurrent;
using System.Text;
using Backup.Engine;
using Backup.TestKit.Files;
using Backup.TestKit.Http;
using Backup.TestKit.Swift;

namespace Backup.Storage.S3.Tests;

/// <summary>Whole repositories in a bucket, ours and restic's.</summary>
public sealed class S3RepositoryTests : IClassFixture<EncryptedSwiftFixture>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EncryptedSwiftFixture _swift;
    private readonly string _location;

    public S3RepositoryTests(EncryptedSwiftFixture swift)
    {
        Repository.AddBackendKind("s3", () => S3Storage.Kind);
        _swift = swift;
        _location = swift.NewLocation();
    }

    public void Dispose() => _folder.Dispose();

    [FactIfSwift]
    public async Task A_backup_goes_to_a_bucket_and_comes_back()
    {
        RepositoryOptions options = Options();
        SampleTree tree = Tree();
        var traffic = default(BackendTraffic);

        await using (Repository repository = await Repository.CreateAsync(options, CancellationToken.None))
        {
            await BackupAsync(repository, tree);
            traffic = repository.Traffic;
        }

        await using (Repository repository = await Repository.OpenAsync(options, CancellationToken.None))
        {
            await CheckAsync(repository);
            await RestoreAsync(repository, "latest");
        }

        Assert.Empty(Differences(tree));
        Assert.True(traffic.Saves > 4, $"{traffic}");
        Assert.Equal(0, traffic.Retries);
        await Assert.ThrowsAsync<RepositoryExistsException>(() => Repository.CreateAsync(options, CancellationToken.None));
    }

    [FactIfSwift]
    public async Task Where_there_is_no_repository_that_is_said()
    {
        RepositoryNotFoundException error = await Assert.ThrowsAsync<RepositoryNotFoundException>(
            () => Repository.OpenAsync(Options(), CancellationToken.None));

        Assert.Contains(_location, error.Message, StringComparison.Ordinal);
    }

    [TheoryIfSwift]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Restic_and_we_share_a_bucket(string version)
    {
        Restic restic = NewRestic(version);
        SampleTree tree = Tree();
        restic.Init();
        string onlyTheirs = _folder.WriteFile("tree/only in theirs", "content");
        string theirs = restic.Backup(".");
        File.Delete(onlyTheirs);

        await using (Repository repository = await Repository.OpenAsync(Options(), CancellationToken.None))
        {
            await CheckAsync(repository);
            await RestoreAsync(repository, theirs);
            BackupSummary ours = await BackupAsync(repository, tree);
            Assert.NotNull(ours.Snapshot);
        }

        restic.Check();
        Assert.Equal(2, restic.Snapshots().Count);
        restic.Restore("latest", _folder.Combine("by restic"));
        Assert.Empty(TreeComparer.Differences(
            tree.FullName, _folder.Combine("by restic"), TreeAspects.RestoredByRestic & ~TreeAspects.Top));

        await using (Repository repository = await Repository.OpenAsync(Options(), CancellationToken.None))
        {
            await repository.ForgetAsync(new ForgetOptions { Snapshots = [theirs] }, CancellationToken.None);
            PruneResult pruned = await repository.PruneAsync(
                new PruneOptions { MaxUnused = UnusedLimit.OfSize(0) }, null, CancellationToken.None);
            Assert.True(pruned.Bytes.Remove + pruned.Bytes.RepackRemove > 0, $"{pruned.Bytes}");
            await CheckAsync(repository);
        }

        restic.Check(readData: true);
        Assert.Single(restic.Snapshots());
        Assert.Empty(restic.List("locks"));
    }

    [FactIfSwift]
    public async Task Nothing_is_lost_behind_a_proxy_that_fails_again_and_again()
    {
        using SwiftServer swift = await SwiftServer.StartAsync();
        await using var proxy = new FaultProxy(swift.Endpoint, every: 4);
        var warnings = new ConcurrentQueue<string>();
        RepositoryOptions options = Options() with
        {
            Location = $"s3:http://{proxy.Address.Authority}/bucket/of/tests",
            Time = new ShortWaits(),
            Warn = warnings.Enqueue,
        };
        SampleTree tree = Tree();

        await using (Repository repository = await Repository.CreateAsync(options, CancellationToken.None))
        {
            await BackupAsync(repository, tree);
            tree.Change(seed: 1);
            await BackupAsync(repository, tree);
            SnapshotList all = await repository.ListSnapshotsAsync(new SnapshotListOptions(), CancellationToken.None);
            string oldest = all.Groups.SelectMany(group => group.Snapshots).MinBy(snapshot => snapshot.Time)?.Id.ToString() ?? "";
            await repository.ForgetAsync(new ForgetOptions { Snapshots = [oldest] }, CancellationToken.None);
            await repository.PruneAsync(new PruneOptions { MaxUnused = UnusedLimit.OfSize(0) }, null, CancellationToken.None);
            await CheckAsync(repository);
        }

        await using (Repository repository = await Repository.OpenAsync(options with { Location = $"s3:{swift.Endpoint}bucket/of/tests" }, CancellationToken.None))
        {
            await CheckAsync(repository);
            await RestoreAsync(repository, "latest");
        }

        Assert.Empty(Differences(tree));
        Assert.True(proxy.FaultCount > 5, $"only {proxy.FaultCount} faults");
        Assert.NotEmpty(warnings);
        Assert.DoesNotContain(warnings, warning => warning.Contains(SwiftServer.Secret, StringComparison.Ordinal));
    }

    [FactIfSwift]
    public async Task A_service_without_room_ends_the_backup_at_once_and_the_next_one_goes_on()
    {
        using SwiftServer swift = await SwiftServer.StartAsync();
        await using var full = new FaultProxy(swift.Endpoint, every: 1, HttpFault.Full)
        {
            Counts = request => request.Method == "PUT" && request.Target.Contains("/data/", StringComparison.Ordinal),
        };
        var warnings = new ConcurrentQueue<string>();
        RepositoryOptions options = Options() with { Location = $"s3:{swift.Endpoint}bucket/of/tests", Warn = warnings.Enqueue };
        SampleTree tree = Tree();
        await using (await Repository.CreateAsync(options, CancellationToken.None))
        {
            // only made
        }

        await using (Repository repository = await Repository.OpenAsync(
            options with { Location = $"s3:http://{full.Address.Authority}/bucket/of/tests" }, CancellationToken.None))
        {
            await Assert.ThrowsAsync<StorageFullException>(() => BackupAsync(repository, tree));
        }

        await using (Repository repository = await Repository.OpenAsync(options, CancellationToken.None))
        {
            CheckReport report = await repository.CheckAsync(new CheckOptions(), null, CancellationToken.None);
            Assert.Equal(0, report.Errors);
            await BackupAsync(repository, tree);
            await RestoreAsync(repository, "latest");
        }

        Assert.Empty(Differences(tree));
        Assert.True(full.FaultCount > 0);
        Assert.Empty(warnings);
    }

    private static async Task CheckAsync(Repository repository)
    {
        CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);
        Assert.Empty(report.Problems);
    }

    private static Task<BackupSummary> BackupAsync(Repository repository, SampleTree tree) => repository.BackupAsync(
        new BackupOptions
        {
            Source = Repository.CreateSource(new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = tree.FullName }),
            Hostname = "host",
        },
        null,
        CancellationToken.None);

    private async Task RestoreAsync(Repository repository, string snapshot)
    {
        RestoreSummary summary = await repository.RestoreAsync(
            new RestoreOptions { Snapshot = snapshot, Target = _folder.Combine("target") }, null, CancellationToken.None);
        Assert.Empty(summary.Errors);
    }

    private IEnumerable<string> Differences(SampleTree tree) => TreeComparer.Differences(
        tree.FullName, _folder.Combine("target"), TreeAspects.RestoredByRestic & ~TreeAspects.Top);

    private SampleTree Tree() => SampleTree.Create(
        _folder.Combine("tree"), new SampleTreeOptions { SmallFiles = 50, LargeFiles = false, OnlyWhatOldResticKeeps = true });

    private RepositoryOptions Options() => new()
    {
        Location = _location,
        Password = Encoding.UTF8.GetBytes(Restic.Password),
        Connection = SwiftFixture.Connection() with { CaCertificateFiles = [_swift.AuthorityFile] },
    };

    /// <summary>Over an encrypted connection it sends its files in one piece, which Swift wants.</summary>
    private Restic NewRestic(string version) => new(_location, version)
    {
        WorkingDirectory = _folder.Combine("tree"),
        Environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = SwiftServer.Owner,
            ["AWS_SECRET_ACCESS_KEY"] = SwiftServer.Secret,
            ["SSL_CERT_FILE"] = _swift.AuthorityFile,
        },
    };
}
