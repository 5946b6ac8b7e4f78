using Backup.Engine;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

/// <summary>Whole repositories behind Dapr.</summary>
public sealed class RepositoryThroughDaprTests : DaprTest
{
    private const int MaxFailedCall = 50;

    private readonly TempFolder _folder = new();

    public override async Task DisposeAsync()
    {
        _folder.Dispose();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("dapr:local/team-a")]
    [InlineData("dapr:s3")]
    [InlineData("daprstate:store/small")]
    public async Task What_is_backed_up_is_restored_and_checks_clean(string location)
    {
        Dapr.Bindings["local"] = new LocalStorageBinding();
        Dapr.Bindings["s3"] = new S3Binding();
        Dapr.StateStores["store"] = new StateStoreDouble();
        byte[] large = new byte[3_000_000];
        new Random(7).NextBytes(large);
        _folder.WriteFile("source/large", large);
        _folder.WriteFile("source/sub/small.txt", "small");

        BackupSummary first;
        await using (Repository repository = await Repository.CreateAsync(OptionsOf(location), CancellationToken.None))
        {
            first = await BackupAsync(repository);
        }

        await using (Repository repository = await Repository.OpenAsync(OptionsOf(location), CancellationToken.None))
        {
            BackupSummary second = await BackupAsync(repository);
            CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);
            await repository.RestoreAsync(
                new RestoreOptions { Snapshot = "latest:" + _folder.Combine("source"), Target = _folder.Combine("target"), Verify = true },
                null,
                CancellationToken.None);

            Assert.Equal(2UL, first.Counts.FilesNew);
            Assert.Equal(2UL, second.Counts.FilesUnmodified);
            Assert.True(report.IsHealthy, string.Join('\n', report.Problems));
            Assert.Equal(2, report.Snapshots);
        }

        Assert.Equal(large, await File.ReadAllBytesAsync(_folder.Combine("target/large")));
        Assert.Equal("small", await File.ReadAllTextAsync(_folder.Combine("target/sub/small.txt")));
    }

    [Theory]
    [InlineData("dapr:local")]
    [InlineData("daprstate:store")]
    public async Task What_no_snapshot_needs_is_removed_and_leaves_nothing_behind(string location)
    {
        var binding = new LocalStorageBinding();
        Dapr.Bindings["local"] = binding;
        Dapr.StateStores["store"] = new StateStoreDouble();
        byte[] large = new byte[6_000_000];
        new Random(8).NextBytes(large);
        _folder.WriteFile("source/large", large);
        await using Repository repository = await Repository.CreateAsync(OptionsOf(location), CancellationToken.None);
        BackupSummary first = await BackupAsync(repository);
        int before = Stored();
        _folder.WriteFile("source/large", "small now");
        await BackupAsync(repository);

        await repository.ForgetAsync(new ForgetOptions { Snapshots = [first.Snapshot?.Id.ToString() ?? ""] }, CancellationToken.None);
        await repository.PruneAsync(new PruneOptions { MaxUnused = UnusedLimit.OfPercentage(0) }, null, CancellationToken.None);
        CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);

        Assert.True(report.IsHealthy, string.Join('\n', report.Problems));
        Assert.Equal(1, report.Snapshots);
        Assert.InRange(Stored(), 1, before / 10);

        int Stored() => location.StartsWith("dapr:", StringComparison.Ordinal)
            ? binding.Names.Sum(name => binding.Read(name)?.Length ?? 0)
            : Dapr.StateStores["store"].Backing.Keys.Sum(key => Dapr.StateStores["store"].Backing.Read(key)?.Length ?? 0);
    }

    [Theory]
    [InlineData("dapr:local", FaultKind.DropAfter)]
    [InlineData("daprstate:store", FaultKind.DropAfter)]
    public Task Some_call_fails_and_the_repository_stays_sound(string location, FaultKind fault) =>
        FailAsync(location, fault, step: 11);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("dapr:local", FaultKind.DropAfter)]
    [InlineData("dapr:local", FaultKind.Error)]
    [InlineData("daprstate:store", FaultKind.DropAfter)]
    [InlineData("daprstate:store", FaultKind.DropBefore)]
    public Task Whichever_call_fails_the_repository_stays_sound(string location, FaultKind fault) =>
        FailAsync(location, fault, step: 1);

    [Fact]
    public async Task The_command_line_takes_such_a_location_and_finds_dapr_in_the_environment()
    {
        Dapr.Bindings["repo"] = new LocalStorageBinding();
        _folder.WriteFile("source/one.txt", "one");
        string password = _folder.WriteFile("password", "test");
        var sidecar = new SidecarInProcess
        {
            ["DAPR_HTTP_ENDPOINT"] = Dapr.HttpEndpoint.ToString(),
            ["DAPR_GRPC_ENDPOINT"] = Dapr.GrpcEndpoint.ToString(),
            ["BACKUP_REPOSITORY"] = "dapr:repo",
            ["BACKUP_PASSWORD_FILE"] = password,
        };

        SidecarResult missing = await sidecar.RunAsync("snapshots");
        await using (await Repository.CreateAsync(OptionsOf("dapr:repo"), CancellationToken.None))
        {
        }

        SidecarResult backup = await sidecar.RunAsync("backup", _folder.Combine("source"));
        SidecarResult list = await sidecar.RunAsync("ls", "latest");

        Assert.Equal(ExitCodes.NoRepository, missing.ExitCode);
        Assert.Equal(ExitCodes.Done, backup.ExitCode);
        Assert.Contains("one.txt", list.Output, StringComparison.Ordinal);
    }

    private RepositoryOptions OptionsOf(string location) => FolderRepository.Cheap(new RepositoryOptions
    {
        Location = location,
        Backend = DaprLocation.Open(location, Client),
        Password = "test"u8.ToArray(),
    });

    private async Task FailAsync(string location, FaultKind fault, int step)
    {
        Dapr.Bindings["local"] = new LocalStorageBinding();
        Dapr.StateStores["store"] = new StateStoreDouble();
        _folder.WriteFile("source/file", new byte[100]);
        await using (Repository repository = await Repository.CreateAsync(OptionsOf(location), CancellationToken.None))
        {
            await BackupAsync(repository);
        }

        bool hasFailed = true;
        int failures = 0;
        // What fails leaves files that the next opening reads: the calls get more with each round, so the end may never come near.
        for (int call = 0; hasFailed && call < MaxFailedCall; call += step)
        {
            byte[] content = new byte[100_000];
            new Random(call).NextBytes(content);
            _folder.WriteFile("source/file", content);
            Dapr.Faults.Add(fault, skip: call);
            hasFailed = await FailsAsync(location);
            Dapr.Faults.Clear();
            failures += hasFailed ? 1 : 0;

            await using Repository repository = await Repository.OpenAsync(OptionsOf(location), CancellationToken.None);
            await repository.UnlockAsync(removeAll: true, CancellationToken.None);
            CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);
            Assert.True(report.IsHealthy, $"after a failure at call {call}: {string.Join('\n', report.Problems)}");
        }

        Assert.InRange(failures, 2, 1000);
    }

    private async Task<bool> FailsAsync(string location)
    {
        try
        {
            await using Repository repository = await Repository.OpenAsync(OptionsOf(location), CancellationToken.None);
            await BackupAsync(repository);
            return Dapr.Faults.IsPending is false;
        }
        catch (BackupException)
        {
            return true;
        }
    }

    private Task<BackupSummary> BackupAsync(Repository repository) => repository.BackupAsync(
        new BackupOptions
        {
            Source = Repository.CreateSource(new FileSystemSourceOptions { Paths = [_folder.Combine("source")] }),
            Hostname = "host",
        },
        null,
        CancellationToken.None);
}
