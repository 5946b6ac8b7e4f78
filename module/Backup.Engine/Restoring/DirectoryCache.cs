using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>
/// Keeps the handles of the directories used last, and opens others step by step from the nearest open one above them.
/// Thread-safe.
/// </summary>
internal sealed class DirectoryCache : IDisposable
{
    /// <summary>Handles nobody uses that stay open. With those in use it stays far below the usual limit of 1,024.</summary>
    private const int MaxIdle = 128;

    private readonly Lock _gate = new();
    private readonly LinkedList<DirectoryPlan> _idle = new(); // the one used last comes first
    private readonly DirectoryPlan _root;

    /// <summary>A cache below a target that stays open.</summary>
    /// <param name="root">The target itself; its handle is closed by <see cref="Dispose"/>.</param>
    /// <param name="target">Its handle; null in a dry run without a target.</param>
    public DirectoryCache(DirectoryPlan root, TargetDirectory? target)
    {
        _root = root;
        root.Handle = target;
        root.Users = 1; // never idle
    }

    /// <summary>Opens a directory, or takes its open handle.</summary>
    /// <exception cref="TargetException">It, or one above it, can't be opened or has become something else.</exception>
    public DirectoryLease Rent(DirectoryPlan directory)
    {
        lock (_gate)
        {
            return new DirectoryLease(this, directory, Open(directory));
        }
    }

    /// <summary>Takes a directory back: <see cref="DirectoryLease"/> does this.</summary>
    public void Return(DirectoryPlan directory)
    {
        lock (_gate)
        {
            Release(directory);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            while (_idle.First is { } first)
            {
                Close(first.Value);
            }

            _root.Handle?.Dispose();
            _root.Handle = null;
        }
    }

    private TargetDirectory Open(DirectoryPlan directory)
    {
        if (TryTake(directory) is { } open)
        {
            return open;
        }

        // Down from the nearest open one; a stack, because a forged tree may be deep.
        var missing = new Stack<DirectoryPlan>();
        DirectoryPlan? current = directory;
        TargetDirectory? handle;
        do
        {
            missing.Push(current);
            current = current.Parent ?? throw new InvalidOperationException("The target is closed.");
            handle = TryTake(current);
        }
        while (handle is null);

        while (missing.TryPop(out DirectoryPlan? next))
        {
            TargetDirectory opened;
            try
            {
                opened = handle.OpenDirectory(next.Name);
            }
            finally
            {
                Release(current);
            }

            next.Handle = opened;
            next.Users = 1;
            current = next;
            handle = opened;
        }

        return handle;
    }

    private TargetDirectory? TryTake(DirectoryPlan directory)
    {
        if (directory.Handle is null)
        {
            return null;
        }

        if (directory.Users++ == 0 && directory.Idle is { } idle)
        {
            _idle.Remove(idle);
            directory.Idle = null;
        }

        return directory.Handle;
    }

    private void Release(DirectoryPlan directory)
    {
        if (--directory.Users > 0)
        {
            return;
        }

        directory.Idle = _idle.AddFirst(directory);
        if (_idle.Count > MaxIdle && _idle.Last is { } oldest)
        {
            Close(oldest.Value);
        }
    }

    private void Close(DirectoryPlan directory)
    {
        if (directory.Idle is { } idle)
        {
            _idle.Remove(idle);
            directory.Idle = null;
        }

        directory.Handle?.Dispose();
        directory.Handle = null;
    }
}
