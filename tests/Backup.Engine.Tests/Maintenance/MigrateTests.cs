using Backup.Engine.Storage.Local;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;
using Backup.Engine.Tests.Interop;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>A repository of version 1 becomes one of version 2, and is one of them at every moment.</summary>
public sealed class MigrateTests
{
    private const string Upgrade = "upgrade_repo_v2";

    private static readonly CancellationToken None = CancellationToken.None;

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Restic_goes_on_with_what_we_upgraded(string version)
    {
        using var folder = new TempFolder();
        string file = folder.WriteFile("source/file", new string('x', 100_000));
        var restic = new Restic(folder.Combine("repository"), version);
        restic.Init(version: 1);
        string first = restic.Backup(file);
        await using (Repository repository = await Repository.OpenAsync(new OwnEngine(restic.Repository).Options, None))
        {
            Assert.Equal([Upgrade], repository.Migrations);
            Assert.True(await repository.MigrateAsync(Upgrade, null, None));
            Assert.Empty(repository.Migrations);
            Assert.False(await repository.MigrateAsync(Upgrade, null, None));
        }

        restic.Backup("--force", file);

        Assert.Contains("\"version\": 2", restic.Cat("config"), StringComparison.Ordinal);
        restic.Check(readData: true);
        restic.Restore(first, folder.Combine("restored"));
    }

    [Fact]
    public async Task After_the_upgrade_new_data_are_compressed()
    {
        await using MemoryBackend backend = await CreateAsync();
        await using Repository repository = await Repository.OpenAsync(Options(backend), None);
        var files = new MemorySource();
        files.Add("/file", new byte[200_000]);

        await repository.MigrateAsync(Upgrade, null, None);
        BackupSummary summary = await repository.BackupAsync(new BackupOptions { Source = files }, null, None);

        Assert.Equal(2, repository.Config.Version);
        Assert.True(summary.Counts.DataAddedPacked < summary.Counts.DataAdded / 10);
    }

    [Fact]
    public async Task Another_name_is_refused()
    {
        await using MemoryBackend backend = await CreateAsync();
        await using Repository repository = await Repository.OpenAsync(Options(backend), None);

        await Assert.ThrowsAsync<ArgumentException>(() => repository.MigrateAsync("s3_layout", null, None));
    }

    [Fact]
    public async Task A_damaged_repository_is_left_alone()
    {
        await using MemoryBackend backend = await CreateAsync();
        RepositoryImage image = await RepositoryImage.OfAsync(backend);
        FileHandle index = image.Handles.First(file => file.Kind == FileKind.Index);
        await using MemoryBackend damaged = await image.With(index, [1]).ToBackendAsync();
        await using Repository repository = await Repository.OpenAsync(Options(damaged), None);

        await Assert.ThrowsAsync<RepositoryDamagedException>(() => repository.MigrateAsync(Upgrade, null, None));

        Assert.Equal(image[FileHandle.Config], await damaged.LoadAsync(FileHandle.Config, int.MaxValue, None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_call_fails_the_repository_can_be_opened_afterwards(bool afterwards)
    {
        await using MemoryBackend original = await CreateAsync();
        RepositoryImage image = await RepositoryImage.OfAsync(original);
        FaultyBackend counting = FaultyBackend.Recording(await image.ToBackendAsync());
        await MigrateAsync(counting);
        int failed = 0;
        for (int n = 1; n <= counting.CallCount; n++)
        {
            // FaultyBackend replaces in two steps, as a place does that can't at once.
            MemoryBackend copy = await image.ToBackendAsync();
            Exception? failure = await Record.ExceptionAsync(() => MigrateAsync(
                afterwards ? FaultyBackend.FailsAfter(copy, n) : FaultyBackend.FailsBefore(copy, n)));
            failed += failure is null ? 0 : 1;
            Assert.True(failure is null or BackupException, $"call {n}: {failure}");

            await using Repository repository = await Repository.OpenAsync(Options(copy) with { NoLock = true }, None);
            Assert.True((await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, None)).IsHealthy);
        }

        Assert.True(failed > counting.CallCount / 2, $"{counting.CallCount} calls failed in turn, but only {failed} upgrades");
    }

    [Fact]
    public async Task When_nothing_can_be_put_back_the_message_says_where_the_copy_is()
    {
        await using MemoryBackend backend = await CreateAsync();
        byte[] config = await backend.LoadAsync(FileHandle.Config, int.MaxValue, None);

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => MigrateAsync(new SavesNoConfig(backend)));

        string copy = error.Message.Split(' ').Single(word => word.EndsWith("/config", StringComparison.Ordinal));
        Assert.Equal(config, await File.ReadAllBytesAsync(copy));
        Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
    }

    [Fact]
    public async Task A_local_config_is_replaced_at_once_and_leaves_nothing_behind()
    {
        using var folder = new TempFolder();
        await using var backend = new LocalBackend(folder.Combine("repository"));
        await backend.CreateAsync(None);
        await backend.SaveAsync(FileHandle.Config, "old"u8.ToArray(), None);

        await ((IBackend)backend).ReplaceAsync(FileHandle.Config, "new"u8.ToArray(), None);

        Assert.Equal("new"u8.ToArray(), await backend.LoadAsync(FileHandle.Config, 100, None));
        Assert.Equal(["config"], Directory.GetFiles(folder.Combine("repository")).Select(Path.GetFileName));
    }

    private static RepositoryOptions Options(IBackend backend) => RepositoryImage.OptionsFor(new UndisposedBackend(backend));

    private static async Task MigrateAsync(IBackend backend)
    {
        await using Repository repository = await Repository.OpenAsync(Options(backend), None);
        await repository.MigrateAsync(Upgrade, null, None);
    }

    private static async Task<MemoryBackend> CreateAsync()
    {
        var backend = new MemoryBackend();
        await using Repository repository = await Repository.CreateAsync(Options(backend) with { Version = 1 }, None);
        var files = new MemorySource();
        files.Add("/folder/file", "text"u8.ToArray());
        await repository.BackupAsync(new BackupOptions { Source = files }, null, None);
        return backend;
    }

    private sealed class SavesNoConfig(IBackend inner) : DelegatingBackend(inner)
    {
        public override Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            file.Kind == FileKind.Config
                ? throw new BackendException("No config can be saved here.", isTransient: false)
                : base.SaveAsync(file, content, cancellationToken);
    }
}
