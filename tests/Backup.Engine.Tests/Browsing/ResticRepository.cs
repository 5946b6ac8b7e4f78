using System.Text;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Local;
using Backup.Engine.Storage.Memory;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Browsing;

/// <summary>
/// A repository that restic wrote: three snapshots of a tree that changes, and one of something else. It is opened once,
/// because keys are slow on purpose; what we open is a copy in memory that can be damaged and put back.
/// </summary>
public sealed class ResticRepository : IAsyncLifetime, IDisposable
{
    /// <summary>The tests that share it.</summary>
    public const string Collection = "A repository that restic wrote";

    private readonly TempFolder _folder = new();
    private readonly List<(FileHandle File, byte[] Content)> _files = [];
    private Repository? _repository;
    private OpenedRepository? _opened;

    /// <summary>restic, for the same repository.</summary>
    public Restic Restic { get; private set; } = new("");

    /// <summary>The snapshots, oldest first.</summary>
    public IReadOnlyList<string> Snapshots { get; private set; } = [];

    /// <summary>The folder that was backed up.</summary>
    public string Source => _folder.Combine("source");

    /// <summary>The copy, opened by us.</summary>
    public Repository Repository => _repository ?? throw new InvalidOperationException("restic is not on PATH.");

    /// <summary>The copy's files.</summary>
    internal MemoryBackend Backend { get; } = new();

    /// <summary>The copy from the inside.</summary>
    internal OpenedRepository Opened => _opened ?? throw new InvalidOperationException("restic is not on PATH.");

    /// <summary>Puts the copy back as it was.</summary>
    public async Task ResetAsync()
    {
        foreach (FileKind kind in Enum.GetValues<FileKind>())
        {
            foreach (BackendFile file in await Backend.ListAsync(kind, CancellationToken.None).ToListAsync())
            {
                await Backend.DeleteAsync(file.Handle, CancellationToken.None);
            }
        }

        foreach ((FileHandle file, byte[] content) in _files)
        {
            await Backend.SaveAsync(file, content, CancellationToken.None);
        }
    }

    public async Task InitializeAsync()
    {
        if (!ExternalProgram.Exists("restic"))
        {
            return; // the tests are skipped
        }

        WriteSnapshots();
        await using (var original = new LocalBackend(Restic.Repository))
        {
            foreach (FileKind kind in Enum.GetValues<FileKind>())
            {
                await foreach (BackendFile file in original.ListAsync(kind, CancellationToken.None))
                {
                    _files.Add((file.Handle, await original.LoadAsync(file.Handle, int.MaxValue, CancellationToken.None)));
                }
            }
        }

        await ResetAsync();
        var options = new RepositoryOptions
        {
            Location = "mem:",
            Backend = Backend,
            Password = Encoding.UTF8.GetBytes(Restic.Password),
            NoLock = true,
        };
        _repository = await Repository.OpenAsync(options, CancellationToken.None);
        _opened = await OpenedRepository.OpenAsync(options, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (_repository is not null && _opened is not null)
        {
            await _repository.DisposeAsync();
            await _opened.DisposeAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    private void WriteSnapshots()
    {
        Restic = new Restic(_folder.Combine("repository"));
        Restic.Init();
        SampleTree tree = SampleTree.Create(
            Source, new SampleTreeOptions { SmallFiles = 400, LargeFiles = false, OnlyWhatOldResticKeeps = true });
        string first = Restic.Backup(Source, "--tag", "a,b");
        tree.Change(1);
        Directory.Move(Path.Combine(Source, "empty"), Path.Combine(Source, "renamed"));
        string second = Restic.Backup(Source, "--tag", "a");
        tree.Change(2);
        string third = Restic.Backup(Source);
        string other = Restic.Backup(Path.Combine(Source, "many"), "--host", "other");
        Snapshots = [first, second, third, other];
    }

    /// <summary>Makes xunit share one of them, and run the tests that use it one after the other.</summary>
    [CollectionDefinition(Collection)]
    public sealed class Definition : ICollectionFixture<ResticRepository>;
}
