using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Storage.Local;

/// <summary>
/// Keeps a repository in a folder, as restic does. Calls work on the caller's thread: a disk gains nothing from waiting
/// otherwise. Who wants several at once starts tasks.
/// </summary>
internal sealed class LocalBackend : IBackend
{
    private readonly LocalLayout _layout;
    private readonly LocalFileWriter _writer;

    /// <summary>A backend in a folder that need not be there yet.</summary>
    /// <param name="path">The folder's path; a relative one means what it means now.</param>
    public LocalBackend(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Location = path;
        _layout = new LocalLayout(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        _writer = new LocalFileWriter(_layout);
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public int Connections => 2;

    /// <inheritdoc/>
    public bool ListsAtOnce => true;

    /// <inheritdoc/>
    public Task CreateAsync(CancellationToken cancellationToken) =>
        Run("created", FileHandle.Config, () => _writer.CreateFolders(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        BackendTask.Run(
            () =>
            {
                try
                {
                    if (!_writer.TryWrite(_layout.PathOf(file), content.Span, cancellationToken))
                    {
                        throw BackendErrors.Exists(file, Location);
                    }
                }
                catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
                {
                    throw new BackendException(
                        $"The file {file} can't be saved: the repository's folder {Location} or a part of it is gone. "
                            + "Is its disk still there?",
                        isTransient: true,
                        exception);
                }
                catch (Exception exception) when (LocalErrors.IsKnown(exception))
                {
                    throw LocalErrors.Translate(exception, "saved", file, Location);
                }
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task ReplaceAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Run("replaced", file, () => _writer.Replace(_layout.PathOf(file), content.Span, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken) =>
        Run(
            "read",
            file,
            () =>
            {
                using SafeFileHandle handle = Open(file);
                long length = RandomAccess.GetLength(handle);
                BackendErrors.ThrowIfLonger(file, length, maxLength);
                byte[] content = GC.AllocateUninitializedArray<byte>((int)length);
                Read(file, handle, 0, content);
                return content;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        Run(
            "read",
            file,
            () =>
            {
                ArgumentOutOfRangeException.ThrowIfNegative(offset);
                using SafeFileHandle handle = Open(file);
                BackendErrors.ThrowIfRangeOutside(file, RandomAccess.GetLength(handle), offset, destination.Length);
                Read(file, handle, offset, destination.Span);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken) =>
        Run(
            "looked at",
            file,
            () =>
            {
                using SafeFileHandle handle = Open(file);
                return RandomAccess.GetLength(handle);
            },
            cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendFile> ListAsync(
        FileKind kind,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (kind == FileKind.Config)
        {
            if (File.Exists(_layout.Config))
            {
                yield return new BackendFile(FileHandle.Config, await GetSizeAsync(FileHandle.Config, cancellationToken).ConfigureAwait(false));
            }

            yield break;
        }

        foreach (string folder in _layout.FoldersOf(kind))
        {
            foreach (BackendFile file in await Run("listed", new FileHandle(kind, default), () => List(kind, folder), cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return file;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(FileHandle file, CancellationToken cancellationToken) =>
        Run("removed", file, () => Delete(_layout.PathOf(file)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Delete(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows() && File.Exists(path))
            {
                File.SetAttributes(path, FileAttributes.Normal); // Windows removes no read-only file
            }

            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Neither the folder nor the file is there: that is what was asked for.
        }
    }

    private static void Read(FileHandle file, SafeFileHandle handle, long offset, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            int count = RandomAccess.Read(handle, destination[done..], offset + done);
            if (count == 0)
            {
                throw BackendErrors.TooShort(file, offset + done, offset, destination.Length);
            }

            done += count;
        }
    }

    private SafeFileHandle Open(FileHandle file)
    {
        string path = _layout.PathOf(file);
        return OperatingSystem.IsWindows()
            ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
            : UnixCalls.OpenForReading(path);
    }

    /// <summary>The files of a kind in one folder. Other writers may add and remove some meanwhile.</summary>
    private List<BackendFile> List(FileKind kind, string folder)
    {
        var files = new List<BackendFile>();
        try
        {
            foreach (string path in Directory.EnumerateFiles(folder))
            {
                var info = new FileInfo(path);
                if (LocalLayout.HandleOf(kind, path) is { } handle && info.Exists)
                {
                    files.Add(new BackendFile(handle, SizeOf(info)));
                }
            }
        }
        catch (DirectoryNotFoundException exception)
        {
            // Tools that copy repositories drop empty folders, so this one may be missing. But a disk that went away must
            // not look like an empty repository: prune would take every pack for unused.
            if (!File.Exists(_layout.Config))
            {
                throw BackendErrors.NotFound(FileHandle.Config, Location, exception);
            }
        }

        return files;
    }

    /// <summary>The size, of a symbolic link that of its target: people move packs to other disks.</summary>
    private static long SizeOf(FileInfo info) =>
        info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target
            ? target.Length
            : info.Length;

    private Task<bool> Run(string action, FileHandle file, Action work, CancellationToken cancellationToken) =>
        Run(
            action,
            file,
            () =>
            {
                work();
                return true;
            },
            cancellationToken);

    private Task<T> Run<T>(string action, FileHandle file, Func<T> work, CancellationToken cancellationToken) =>
        BackendTask.Run(
            () =>
            {
                try
                {
                    return work();
                }
                catch (Exception exception) when (LocalErrors.IsKnown(exception))
                {
                    throw LocalErrors.Translate(exception, action, file, Location);
                }
            },
            cancellationToken);
}
