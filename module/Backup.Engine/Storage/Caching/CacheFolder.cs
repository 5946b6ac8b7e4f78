using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Storage.Caching;

/// <summary>
/// Copies of a repository's files on the local disk, as they are in the repository: sealed. Several processes may use it
/// at once. Whatever goes wrong with it is told once, and the cache is done without from then on.
/// </summary>
internal sealed class CacheFolder
{
    /// <summary>A limit that only stops a cache that would fill a disk: index, snapshots and trees are a small part of a repository.</summary>
    public const long DefaultMaxBytes = 16L * 1024 * 1024 * 1024;

    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Tag = "Signature: 8a477f597d28d172789f06886806bc55\n# Copies of files of backup repositories; they may be removed at any time.\n";

    /// <summary>A file under a temporary name that nothing was written to for so long is nobody's any more.</summary>
    private static readonly TimeSpan MaxWriteTime = TimeSpan.FromDays(1);

    private static readonly FileKind[] Kinds = [FileKind.Snapshot, FileKind.Index, FileKind.Pack];

    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly Action<string>? _warn;
    private readonly ConcurrentDictionary<FileHandle, bool> _verified = new();
    private readonly Lock _gate = new();
    private long _bytes = -1; // not counted yet
    private volatile bool _isBroken;

    private CacheFolder(string folder, long maxBytes, Action<string>? warn)
    {
        _folder = folder;
        _maxBytes = maxBytes;
        _warn = warn;
    }

    /// <summary>The cache of one repository, created if it is not there.</summary>
    /// <param name="root">The folder of all caches.</param>
    /// <param name="repositoryId">Its id: 64 hexadecimal digits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxBytes">So many bytes at most; the packs that were not used for longest make room.</param>
    /// <param name="warn">Hears why the cache can't be used.</param>
    public static CacheFolder Open(string root, string repositoryId, TimeProvider time, long maxBytes, Action<string>? warn)
    {
        var cache = new CacheFolder(Path.Combine(Path.GetFullPath(root), repositoryId), maxBytes, warn);
        bool isOpen = cache.Try(() =>
        {
            MakeFolder(root);
            WriteIfMissing(Path.Combine(root, "CACHEDIR.TAG"), Tag);
            MakeFolder(cache._folder);
            WriteIfMissing(Path.Combine(cache._folder, "version"), "1");
            Directory.SetLastWriteTimeUtc(cache._folder, time.GetUtcNow().UtcDateTime);
            return true;
        });
        if (!isOpen)
        {
            cache.GiveUp("it can't be created.");
        }

        return cache;
    }

    /// <summary>Reads a file; null if it is not there. One that is not what its name says is removed.</summary>
    public byte[]? TryLoad(FileHandle file) => Try(() =>
    {
        string path = PathOf(file);
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] content = File.ReadAllBytes(path);
        if (Digest.Of(content) == file.Name)
        {
            _verified[file] = true;
            return content;
        }

        Delete(file);
        return null;
    });

    /// <summary>Reads a part of a file, which is verified as a whole before its first part is believed.</summary>
    /// <returns>False if it is not there, or has no such part.</returns>
    public bool TryLoadRange(FileHandle file, long offset, Span<byte> destination)
    {
        if (!_verified.ContainsKey(file))
        {
            if (TryLoad(file) is not byte[] content || offset > content.Length - destination.Length)
            {
                return false;
            }

            content.AsSpan((int)offset, destination.Length).CopyTo(destination);
            Touch(file);
            return true;
        }

        try
        {
            using SafeFileHandle handle = File.OpenHandle(PathOf(file), share: FileShare.ReadWrite | FileShare.Delete);
            int read = 0;
            while (read < destination.Length)
            {
                int length = RandomAccess.Read(handle, destination[read..], offset + read);
                if (length == 0)
                {
                    return false;
                }

                read += length;
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _verified.TryRemove(file, out _); // somebody removed it: the repository has it
            return false;
        }
    }

    /// <summary>Whether a file is there.</summary>
    public bool Contains(FileHandle file) => !_isBroken && File.Exists(PathOf(file));

    /// <summary>Keeps a file, if there is room. Its content has to have the hash that is its name.</summary>
    public void Save(FileHandle file, ReadOnlySpan<byte> content)
    {
        byte[] copy = content.ToArray();
        Try(() =>
        {
            if (File.Exists(PathOf(file)) || !MakeRoom(copy.Length))
            {
                return false;
            }

            string path = PathOf(file);
            MakeFolder(Path.GetDirectoryName(path) ?? _folder);
            string temporary = $"{path}-tmp-{Path.GetRandomFileName()}";
            try
            {
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = FileMode600;
                }

                using (var stream = new FileStream(temporary, options))
                {
                    stream.Write(copy);
                }

                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }

            return true;
        });
    }

    /// <summary>Removes a file, if it is there.</summary>
    public void Remove(FileHandle file) => Try(() =>
    {
        Delete(file);
        return true;
    });

    /// <summary>Removes all files of a kind but these: the repository has no others.</summary>
    public void Retain(FileKind kind, Predicate<Digest> isThere) => Try(() =>
    {
        DateTime abandoned = TimeProvider.System.GetUtcNow().UtcDateTime - MaxWriteTime;
        foreach (FileInfo file in FilesOf(kind))
        {
            // What has another name is being written just now, or was left behind by a process that was killed.
            if (Digest.TryParse(file.Name, out Digest name) ? !isThere(name) : file.LastWriteTimeUtc < abandoned)
            {
                file.Delete();
                _verified.TryRemove(new FileHandle(kind, name), out _);
            }
        }

        return true;
    });

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    private static void WriteIfMissing(string path, string text)
    {
        if (!File.Exists(path))
        {
            File.WriteAllText(path, text);
        }
    }

    private string PathOf(FileHandle file)
    {
        string name = file.Name.ToString();
        return Path.Combine(_folder, FolderOf(file.Kind), name[..2], name);
    }

    /// <summary>restic's names.</summary>
    private static string FolderOf(FileKind kind) => kind switch
    {
        FileKind.Snapshot => "snapshots",
        FileKind.Index => "index",
        FileKind.Pack => "data",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Files of this kind are not cached."),
    };

    private IEnumerable<FileInfo> FilesOf(FileKind kind)
    {
        var folder = new DirectoryInfo(Path.Combine(_folder, FolderOf(kind)));
        return folder.Exists ? folder.EnumerateFiles("*", SearchOption.AllDirectories) : [];
    }

    private void Delete(FileHandle file)
    {
        File.Delete(PathOf(file));
        _verified.TryRemove(file, out _);
    }

    private void Touch(FileHandle file) => Try(() =>
    {
        File.SetLastWriteTimeUtc(PathOf(file), TimeProvider.System.GetUtcNow().UtcDateTime); // only tells which were used last
        return true;
    });

    /// <summary>Makes room for a file: the packs that were not used for longest go.</summary>
    private bool MakeRoom(long length)
    {
        lock (_gate)
        {
            if (_bytes < 0 || _bytes + length > _maxBytes)
            {
                _bytes = Kinds.Sum(kind => FilesOf(kind).Sum(file => file.Length)); // others add and remove, too
            }

            if (_bytes + length > _maxBytes)
            {
                foreach (FileInfo file in FilesOf(FileKind.Pack).OrderBy(file => file.LastWriteTimeUtc).ToList())
                {
                    if (_bytes + length <= _maxBytes)
                    {
                        break;
                    }

                    _bytes -= file.Length;
                    file.Delete();
                }
            }

            bool isRoom = _bytes + length <= _maxBytes;
            _bytes += isRoom ? length : 0;
            return isRoom;
        }
    }

    private T? Try<T>(Func<T> action)
    {
        if (_isBroken)
        {
            return default;
        }

        try
        {
            return action();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return default; // somebody cleaned up at the same time: the repository has it
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            GiveUp(exception.Message);
            return default;
        }
    }

    private void GiveUp(string why)
    {
        lock (_gate)
        {
            if (_isBroken)
            {
                return;
            }

            _isBroken = true;
        }

        _warn?.Invoke($"The cache in {_folder} is not used: {why}");
    }
}
