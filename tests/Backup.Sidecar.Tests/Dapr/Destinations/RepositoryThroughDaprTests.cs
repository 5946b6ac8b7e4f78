using Backup.Engine;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

/// <summary>Whole repositories behind Dapr.</summary>
public sealed class RepositoryThroughDaprTests : DaprTest
{
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

    private Task<BackupSummary> BackupAsync(Repository repository) => repository.BackupAsync(
        new BackupOptions
        {
            Source = Repository.CreateSource(new FileSystemSourceOptions { Paths = [_folder.Combine("source")] }),
            Hostname = "host",
        },
        null,
        CancellationToken.None);
}
