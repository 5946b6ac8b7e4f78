using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;
using Backup.Engine.Tests.Interop;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Folders that no snapshot leads to come into a snapshot.</summary>
public sealed class RecoverTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_lost_snapshot_s_folders_come_back_even_if_the_index_is_lost_too()
    {
        var files = new MemorySource();
        files.Add("/home/anna/letter", "a letter"u8.ToArray());
        files.Add("/etc/hosts", "hosts"u8.ToArray());
        MemoryBackend backend = await CreateAsync();
        await BackupAsync(backend, files);
        files.Remove("/etc/hosts");
        await BackupAsync(backend, files);
        SnapshotContent[] before = [.. await SnapshotContent.OfAllAsync(backend)];
        SnapshotContent lost = before.Single(content => content.Files.ContainsKey("/etc/hosts"));
        await backend.DeleteAsync(new FileHandle(FileKind.Snapshot, lost.Id.Hash), None);
        foreach (BackendFile index in await backend.ListAsync(FileKind.Index, None).ToListAsync())
        {
            await backend.DeleteAsync(index.Handle, None);
        }

        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(new UndisposedBackend(backend)), None);
        RecoverSummary summary = await repository.RecoverAsync(new RecoverOptions { Hostname = "host" }, null, None);

        BlobId root = Assert.Single(summary.Roots);
        SnapshotContent recovered = (await SnapshotContent.OfAllAsync(backend)).Single(content => content.Id == summary.Snapshot);
        Assert.Equal(
            lost.Files.Select(file => ($"/{root.ToShortString()}{file.Key}", file.Value)),
            recovered.Files.Where(file => file.Key.Length > 9).Select(file => (file.Key, file.Value)));
        Assert.True((await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, None)).IsHealthy);
    }

    [Fact]
    public async Task Where_nothing_is_lost_no_snapshot_is_made()
    {
        var files = new MemorySource();
        files.Add("/file", "text"u8.ToArray());
        MemoryBackend backend = await CreateAsync();
        await BackupAsync(backend, files);

        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(new UndisposedBackend(backend)), None);
        RecoverSummary summary = await repository.RecoverAsync(new RecoverOptions(), null, None);

        Assert.Null(summary.Snapshot);
        Assert.Empty(summary.Roots);
        Assert.Single(await SnapshotContent.OfAllAsync(backend));
    }

    [FactIfOnPath("restic")]
    public async Task Restic_reads_what_was_recovered()
    {
        using var folder = new TempFolder();
        string source = folder.CreateFolder("source");
        await File.WriteAllTextAsync(Path.Combine(source, "letter"), "a letter");
        string location = folder.Combine("repository");
        var own = new OwnEngine(location) { WorkingDirectory = source };
        await own.InitAsync();
        SnapshotId lost = (await own.BackupAsync(".")).Snapshot!.Id;
        File.Delete(Path.Combine(location, "snapshots", lost.ToString()));

        await using (Repository repository = await Repository.OpenAsync(own.Options, None))
        {
            await repository.RecoverAsync(new RecoverOptions { Hostname = "" }, null, None);
        }

        var restic = new Restic(location);
        restic.Check(readData: true);
        restic.Restore("latest", folder.Combine("restored"));
        string letter = Assert.Single(Directory.GetFiles(folder.Combine("restored"), "letter", SearchOption.AllDirectories));
        Assert.Equal("a letter", await File.ReadAllTextAsync(letter));
        Assert.NotEmpty(Assert.Single(await own.SnapshotsAsync()).Hostname); // an empty one is as good as none
    }

    private static async Task<MemoryBackend> CreateAsync()
    {
        var backend = new MemoryBackend();
        await (await Repository.CreateAsync(RepositoryImage.OptionsFor(new UndisposedBackend(backend)), None)).DisposeAsync();
        return backend;
    }

    private static async Task BackupAsync(MemoryBackend backend, MemorySource files)
    {
        await using Repository repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(new UndisposedBackend(backend)), None);
        await repository.BackupAsync(new BackupOptions { Source = files, Hostname = "host" }, null, None);
    }
}
