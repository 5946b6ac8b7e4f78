using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>A repository whose config is lost or damaged gets a new one, and has everything that it had.</summary>
public sealed class RepairConfigTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private RepairFixture _fixture = null!; // set before each test

    public async Task InitializeAsync() => _fixture = await RepairFixture.MakeAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(FileDamage.Removed)]
    [InlineData(FileDamage.Truncated)]
    [InlineData(FileDamage.Emptied)]
    [InlineData(FileDamage.Flipped)]
    public async Task The_damage_is_named_and_repaired(FileDamage damage)
    {
        MemoryBackend backend = await DamagedAsync(damage);

        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => Repository.OpenAsync(OptionsFor(backend), None));
        BackupException refusal = await Assert.ThrowsAsync<RepositoryExistsException>(() => Repository.CreateAsync(OptionsFor(backend), None));
        bool isNew = await Repository.RepairConfigAsync(OptionsFor(backend), None);

        Assert.Contains("config", error.Message, StringComparison.Ordinal);
        Assert.Contains("repair config", error.Message, StringComparison.Ordinal);
        Assert.Contains(damage == FileDamage.Removed ? "repair config" : "already", refusal.Message, StringComparison.Ordinal);
        Assert.True(isNew);
        Assert.Equal(
            _fixture.Contents.Select(Describe).ToHashSet(), (await SnapshotContent.OfAllAsync(backend)).Select(Describe).ToHashSet());
        await using Repository repository = await Repository.OpenAsync(OptionsFor(backend), None);
        Assert.Empty((await RepairFixture.CheckAsync(repository)).Problems);
        Assert.Equal(2, repository.Config.Version);
    }

    [Fact]
    public async Task Where_files_are_cut_can_be_taken_over()
    {
        MemoryBackend backend = await DamagedAsync(FileDamage.Removed);
        await using Repository original = await Repository.OpenAsync(OptionsFor(await _fixture.Image.ToBackendAsync()), None);

        await Repository.RepairConfigAsync(OptionsFor(backend) with { ChunkerPolynomial = original.Config.ChunkerPolynomial }, None);

        await using Repository repository = await Repository.OpenAsync(OptionsFor(backend), None);
        Assert.Equal(original.Config.ChunkerPolynomial, repository.Config.ChunkerPolynomial);
    }

    [Fact]
    public async Task A_config_that_comes_over_damaged_once_is_left_alone()
    {
        MemoryBackend backend = await _fixture.Image.ToBackendAsync();
        byte[] before = await backend.LoadAsync(FileHandle.Config, 1_000_000, None);

        bool isNew = await Repository.RepairConfigAsync(OptionsFor(backend) with { Backend = new FlippingBackend(backend) }, None);

        Assert.False(isNew);
        Assert.Equal(before, await backend.LoadAsync(FileHandle.Config, 1_000_000, None));
    }

    [Fact]
    public async Task While_somebody_is_at_work_there_is_no_new_config()
    {
        MemoryBackend backend = await _fixture.Image.ToBackendAsync();
        await using OpenedRepository other = await OpenedRepository.OpenAsync(OptionsFor(backend), None);
        await using (await other.LockAsync(LockKind.Shared, None))
        {
            await backend.DeleteAsync(FileHandle.Config, None);

            await Assert.ThrowsAsync<RepositoryLockedException>(() => Repository.RepairConfigAsync(OptionsFor(backend), None));
        }

        Assert.True(await Repository.RepairConfigAsync(OptionsFor(backend), None));
    }

    [Fact]
    public async Task A_sound_config_is_left_alone()
    {
        MemoryBackend backend = await _fixture.Image.ToBackendAsync();

        Assert.False(await Repository.RepairConfigAsync(OptionsFor(backend), None));

        Assert.Equal(_fixture.Image[FileHandle.Config], (await RepositoryImage.OfAsync(backend))[FileHandle.Config]);
    }

    [Fact]
    public async Task Nobody_gets_a_config_without_the_password()
    {
        MemoryBackend backend = await DamagedAsync(FileDamage.Removed);

        await Assert.ThrowsAsync<PasswordIncorrectException>(
            () => Repository.RepairConfigAsync(OptionsFor(backend) with { Password = "wrong"u8.ToArray() }, None));
        await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => Repository.RepairConfigAsync(OptionsFor(new MemoryBackend()), None));

        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => backend.LoadAsync(FileHandle.Config, int.MaxValue, None));
    }

    [Theory]
    [InlineData(FileDamage.Removed)]
    [InlineData(FileDamage.Flipped)]
    public async Task Whatever_call_fails_the_next_run_repairs_it(FileDamage damage)
    {
        FaultyBackend counting = FaultyBackend.Recording(await DamagedAsync(damage));
        await Repository.RepairConfigAsync(OptionsFor(counting), None);
        for (int n = 1; n <= counting.CallCount; n++)
        {
            MemoryBackend backend = await DamagedAsync(damage);
            Exception? before = await Record.ExceptionAsync(() => Repository.RepairConfigAsync(OptionsFor(FaultyBackend.FailsBefore(backend, n)), None));
            Exception? after = await Record.ExceptionAsync(() => Repository.RepairConfigAsync(OptionsFor(FaultyBackend.StopsAfter(backend, n)), None));
            Assert.True(before is BackupException && after is null or BackupException, $"call {n}: {before}, {after}");

            await Repository.RepairConfigAsync(OptionsFor(backend), None);

            await using Repository repository = await Repository.OpenAsync(OptionsFor(backend), None);
            Assert.True((await RepairFixture.CheckAsync(repository)).IsHealthy);
        }
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Restic_reads_and_writes_what_was_repaired(string version)
    {
        using var folder = new TempFolder();
        string source = folder.CreateFolder("source");
        folder.WriteFile("source/file", "content");
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = source };
        restic.Init();
        restic.Backup(".");
        File.Delete(folder.Combine("repository/config"));

        await Repository.RepairConfigAsync(new Interop.OwnEngine(restic.Repository).Options, None);

        restic.Check(readData: true);
        restic.Backup(".");
        restic.Restore("latest", folder.Combine("restored"));
        Assert.Empty(TreeComparer.Differences(source, folder.Combine("restored"), TreeAspects.None));
    }

    private static string Describe(SnapshotContent content) => $"{content.Id}\n{string.Join('\n', content.Files)}";

    private static RepositoryOptions OptionsFor(IBackend backend) => RepositoryImage.OptionsFor(new UndisposedBackend(backend));

    private Task<MemoryBackend> DamagedAsync(FileDamage damage) =>
        _fixture.Image.With(FileHandle.Config, RepairFixture.Damaged(_fixture.Image[FileHandle.Config], damage)).ToBackendAsync();

    /// <summary>The first time that the config is read, a bit of it is another one.</summary>
    private sealed class FlippingBackend(IBackend inner) : DelegatingBackend(inner)
    {
        private bool _hasFlipped;

        public override async Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken)
        {
            byte[] content = await base.LoadAsync(file, maxLength, cancellationToken);
            if (file.Kind == FileKind.Config && !_hasFlipped)
            {
                _hasFlipped = true;
                content[content.Length / 2] ^= 1;
            }

            return content;
        }
    }
}
