using Backup.Engine.Repositories;

namespace Backup.Engine.Archiving;

/// <summary>What a running backup counts, from many threads.</summary>
internal sealed class BackupCounters
{
    private readonly Lock _gate = new();
    private readonly List<SkippedEntry> _skipped = [];
    private readonly long[] _files = new long[3];
    private readonly long[] _dirs = new long[3];
    private long _dataBlobs;
    private long _treeBlobs;
    private long _added;
    private long _addedPacked;
    private long _bytesProcessed;
    private long _bytesRead;
    private long _filesFound;
    private long _bytesFound;

    /// <summary>Bytes read from files so far, finished or not, or found unchanged.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>New data blobs so far.</summary>
    public long DataBlobs => Volatile.Read(ref _dataBlobs);

    /// <summary>Files that the walk has come to so far.</summary>
    public long FilesFound => Volatile.Read(ref _filesFound);

    /// <summary>Bytes in those files.</summary>
    public long BytesFound => Volatile.Read(ref _bytesFound);

    /// <summary>Files done so far.</summary>
    public long FilesDone => Volatile.Read(ref _files[0]) + Volatile.Read(ref _files[1]) + Volatile.Read(ref _files[2]);

    /// <summary>Entries skipped so far.</summary>
    public int SkippedCount
    {
        get
        {
            lock (_gate)
            {
                return _skipped.Count;
            }
        }
    }

    /// <summary>The walk has come to a file.</summary>
    public void Found(ulong size)
    {
        Interlocked.Increment(ref _filesFound);
        Interlocked.Add(ref _bytesFound, (long)size);
    }

    /// <summary>Bytes of a file were read, or need not be.</summary>
    public void Read(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    /// <summary>A file or another item that is no directory is done.</summary>
    public void FileDone(BackupItemAction action, ulong size)
    {
        Interlocked.Increment(ref _files[(int)action]);
        Interlocked.Add(ref _bytesProcessed, (long)size);
    }

    /// <summary>A directory is done.</summary>
    public void DirectoryDone(BackupItemAction action) => Interlocked.Increment(ref _dirs[(int)action]);

    /// <summary>A blob was saved, or was known.</summary>
    public void Saved(BlobType type, in SavedBlob blob)
    {
        if (blob.IsNew)
        {
            Interlocked.Increment(ref type == BlobType.Data ? ref _dataBlobs : ref _treeBlobs);
            Interlocked.Add(ref _added, blob.Length);
            Interlocked.Add(ref _addedPacked, blob.StoredLength);
        }
    }

    /// <summary>Something could not be read.</summary>
    public void Skipped(SkippedEntry entry)
    {
        lock (_gate)
        {
            _skipped.Add(entry);
        }
    }

    /// <summary>What was skipped, ordered by path.</summary>
    public IReadOnlyList<SkippedEntry> TakeSkipped()
    {
        lock (_gate)
        {
            return [.. _skipped.OrderBy(entry => entry.Path, StringComparer.Ordinal)];
        }
    }

    /// <summary>Counts files and folders from the beginning: they are all come to once more. What was stored stays counted.</summary>
    public void BeginSecondPass()
    {
        lock (_gate)
        {
            _skipped.Clear();
        }

        Array.Clear(_files);
        Array.Clear(_dirs);
        _bytesProcessed = _bytesRead = _filesFound = _bytesFound = 0;
    }

    /// <summary>The counts as a snapshot records them.</summary>
    public SnapshotSummary ToSummary(DateTimeOffset start, DateTimeOffset end) => new()
    {
        BackupStart = Timestamp.From(start),
        BackupEnd = Timestamp.From(end),
        FilesNew = (ulong)_files[(int)BackupItemAction.New],
        FilesChanged = (ulong)_files[(int)BackupItemAction.Changed],
        FilesUnmodified = (ulong)_files[(int)BackupItemAction.Unchanged],
        DirsNew = (ulong)_dirs[(int)BackupItemAction.New],
        DirsChanged = (ulong)_dirs[(int)BackupItemAction.Changed],
        DirsUnmodified = (ulong)_dirs[(int)BackupItemAction.Unchanged],
        DataBlobs = _dataBlobs,
        TreeBlobs = _treeBlobs,
        DataAdded = (ulong)_added,
        DataAddedPacked = (ulong)_addedPacked,
        TotalFilesProcessed = (ulong)FilesDone,
        TotalBytesProcessed = (ulong)_bytesProcessed,
    };
}
