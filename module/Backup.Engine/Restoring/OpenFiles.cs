using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>
/// Temporary files whose content comes in pieces: keeps the handles of those used last, and removes what is not complete
/// when the restore ends. Thread-safe.
/// </summary>
internal sealed class OpenFiles(RestoreJob job) : IDisposable
{
    /// <summary>Handles nobody uses that stay open. With those of directories it stays far below the usual limit of 1,024.</summary>
    private const int MaxIdle = 256;

    private readonly Lock _gate = new();
    private readonly LinkedList<FilePlan> _idle = new(); // the one used last comes first
    private readonly HashSet<FilePlan> _unfinished = [];

    /// <summary>Opens the temporary file, or makes it. To be given back by <see cref="Return"/>.</summary>
    /// <returns>Null if the file has failed meanwhile.</returns>
    /// <exception cref="TargetException">It can't be opened or made.</exception>
    public TargetFile? Rent(FilePlan file)
    {
        if (TryTake(file) is { } open)
        {
            return open;
        }

        lock (file)
        {
            if (file.HasFailed)
            {
                return null;
            }

            if (TryTake(file) is { } opened)
            {
                return opened; // by another thread
            }

            TargetFile handle = OpenOrMake(file);
            lock (_gate)
            {
                file.Handle = handle;
                file.Users = 1;
                _unfinished.Add(file);
            }

            return handle;
        }
    }

    /// <summary>Takes a handle back.</summary>
    public void Return(FilePlan file)
    {
        lock (_gate)
        {
            if (--file.Users > 0)
            {
                return;
            }

            if (!_unfinished.Contains(file))
            {
                Close(file);
                return;
            }

            file.Idle = _idle.AddFirst(file);
            if (_idle.Count > MaxIdle && _idle.Last is { } oldest)
            {
                Close(oldest.Value);
            }
        }
    }

    /// <summary>Says that there is a temporary file which is to be removed if the restore ends early.</summary>
    public void Watch(FilePlan file)
    {
        lock (_gate)
        {
            _unfinished.Add(file);
        }
    }

    /// <summary>Says that the file has its final name.</summary>
    public void Finish(FilePlan file)
    {
        lock (_gate)
        {
            _unfinished.Remove(file);
        }
    }

    /// <summary>Marks a file as failed and removes its temporary file.</summary>
    /// <returns>True for the first failure only.</returns>
    public bool Abandon(FilePlan file)
    {
        bool isFirst = file.Fail();
        lock (file) // nobody is making the temporary file just now
        {
            lock (_gate)
            {
                _unfinished.Remove(file);
                if (file.Users == 0)
                {
                    Close(file);
                }
            }

            RemoveTemporary(file);
        }

        return isFirst;
    }

    /// <summary>Closes all handles and removes the temporary files that are left.</summary>
    public void Dispose()
    {
        FilePlan[] left;
        lock (_gate)
        {
            left = [.. _unfinished];
        }

        foreach (FilePlan file in left)
        {
            Abandon(file);
        }
    }

    /// <summary>The name of a file until it is complete.</summary>
    public string TemporaryNameOf(FilePlan file) => job.TemporaryPrefix + file.Number;

    private TargetFile OpenOrMake(FilePlan file)
    {
        using DirectoryLease lease = job.Directories.Rent(file.Directory);
        string name = TemporaryNameOf(file);
        if (file.HasTemporary)
        {
            return lease.Directory.OpenFile(name, writable: true);
        }

        TargetFile handle = lease.Directory.CreateFile(name);
        file.HasTemporary = true;
        try
        {
            if (job.Options.Sparse)
            {
                handle.SetLength(file.Length);
            }

            return handle;
        }
        catch (TargetException)
        {
            handle.Dispose();
            throw;
        }
    }

    private TargetFile? TryTake(FilePlan file)
    {
        lock (_gate)
        {
            if (file.Handle is null || file.HasFailed)
            {
                return null;
            }

            if (file.Users++ == 0 && file.Idle is { } idle)
            {
                _idle.Remove(idle);
                file.Idle = null;
            }

            return file.Handle;
        }
    }

    private void RemoveTemporary(FilePlan file)
    {
        if (!file.HasTemporary)
        {
            return;
        }

        file.HasTemporary = false;
        try
        {
            using DirectoryLease lease = job.Directories.Rent(file.Directory);
            lease.Directory.DeleteFile(TemporaryNameOf(file));
        }
        catch (TargetException exception)
        {
            if (exception.Failure != TargetFailure.NotFound)
            {
                job.Log.Note(
                    file.Directory.PathOf(TemporaryNameOf(file)),
                    RestoreIssueKind.DeleteFailed,
                    $"The temporary file of a file that failed could not be removed. {exception.Message}");
            }
        }
    }

    private void Close(FilePlan file)
    {
        if (file.Idle is { } idle)
        {
            _idle.Remove(idle);
            file.Idle = null;
        }

        file.Handle?.Dispose();
        file.Handle = null;
    }
}
