using System.Text;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Hostile;

/// <summary>All files of a repository as bytes, to be damaged one by one.</summary>
internal sealed class RepositoryImage
{
    private static readonly FileKind[] Kinds =
        [FileKind.Config, FileKind.Key, FileKind.Lock, FileKind.Snapshot, FileKind.Index, FileKind.Pack];

    private readonly Dictionary<FileHandle, byte[]> _files;

    private RepositoryImage(Dictionary<FileHandle, byte[]> files) => _files = files;

    /// <summary>The files, ordered by kind and name.</summary>
    public IReadOnlyList<FileHandle> Handles =>
        [.. _files.Keys.OrderBy(file => file.Kind).ThenBy(file => file.Name.ToString(), StringComparer.Ordinal)];

    /// <summary>A file's bytes.</summary>
    public byte[] this[FileHandle file] => _files[file];

    /// <summary>How a repository in this backend is opened: with a key that costs nothing.</summary>
    public static RepositoryOptions OptionsFor(IBackend backend) => new()
    {
        Location = "mem:",
        Backend = backend,
        Password = Encoding.UTF8.GetBytes(Restic.Password),
        KeyCost = new ScryptCost(1 << 4, 8, 1),
        PackSizeInBytes = 4 * 1024 * 1024,
    };

    /// <summary>Takes the bytes of all files.</summary>
    public static async Task<RepositoryImage> OfAsync(IBackend backend)
    {
        var files = new Dictionary<FileHandle, byte[]>();
        foreach (FileKind kind in Kinds)
        {
            if (kind == FileKind.Config)
            {
                files.Add(FileHandle.Config, await backend.LoadAsync(FileHandle.Config, int.MaxValue, CancellationToken.None));
                continue;
            }

            await foreach (BackendFile file in backend.ListAsync(kind, CancellationToken.None))
            {
                files.Add(file.Handle, await backend.LoadAsync(file.Handle, int.MaxValue, CancellationToken.None));
            }
        }

        return new RepositoryImage(files);
    }

    /// <summary>The same with another content of one file; null: without it.</summary>
    public RepositoryImage With(FileHandle file, byte[]? content)
    {
        var files = new Dictionary<FileHandle, byte[]>(_files);
        files.Remove(file);
        if (content is not null)
        {
            files.Add(file, content);
        }

        return new RepositoryImage(files);
    }

    /// <summary>A backend with these files.</summary>
    public async Task<MemoryBackend> ToBackendAsync()
    {
        var backend = new MemoryBackend();
        await backend.CreateAsync(CancellationToken.None);
        foreach ((FileHandle file, byte[] content) in _files)
        {
            await backend.SaveAsync(file, content, CancellationToken.None);
        }

        return backend;
    }
}
