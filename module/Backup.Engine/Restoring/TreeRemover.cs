using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>
/// Deletes something of the target with all that is in it. Goes down by handles, follows no link, and is not stopped by
/// depth: what lies too deep is moved up first.
/// </summary>
internal sealed class TreeRemover(RestoreJob job)
{
    /// <summary>Directories held open at once.</summary>
    private const int MaxDepth = 100;

    private readonly Queue<(string Path, string Name)> _moved = [];
    private long _movedCount;

    /// <summary>Deletes it, or in a dry run tells what would be deleted.</summary>
    /// <param name="directory">Where it is.</param>
    /// <param name="path">Its path below the target, for reports.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="TargetException">Something could not be deleted; what is left is still in place.</exception>
    public void Remove(TargetDirectory directory, string path, string name)
    {
        RemoveTree(directory, path, name);
        while (_moved.TryDequeue(out (string Path, string Name) deep))
        {
            RemoveTree(directory, deep.Path, deep.Name);
        }
    }

    private void RemoveTree(TargetDirectory directory, string path, string name)
    {
        var open = new Stack<Level>();
        try
        {
            RemoveItem(directory, directory, path, name, open);
            while (open.TryPeek(out Level? level))
            {
                if (level.Names.TryPop(out string? entry))
                {
                    RemoveItem(directory, level.Directory, $"{level.Path}/{entry}", entry, open);
                    continue;
                }

                open.Pop().Directory.Dispose();
                TargetDirectory parent = open.TryPeek(out Level? above) ? above.Directory : directory;
                if (!job.Options.DryRun)
                {
                    parent.DeleteDirectory(level.Name);
                }

                job.Log.Deleted(level.Path);
            }
        }
        finally
        {
            foreach (Level level in open)
            {
                level.Directory.Dispose();
            }
        }
    }

    private void RemoveItem(TargetDirectory top, TargetDirectory directory, string path, string name, Stack<Level> open)
    {
        if (directory.Inspect(name) is not { } entry)
        {
            return; // somebody else was faster
        }

        if (entry.Type != NodeType.Directory)
        {
            if (!job.Options.DryRun)
            {
                directory.DeleteFile(name);
            }

            job.Log.Deleted(path);
        }
        else if (open.Count < MaxDepth)
        {
            TargetDirectory inside = directory.OpenDirectory(name);
            open.Push(new Level(inside, name, path, []));
            foreach (string child in inside.List())
            {
                open.Peek().Names.Push(child);
            }
        }
        else if (!job.Options.DryRun)
        {
            // Its turn comes when the handles of the way down are closed.
            string moved = $"{job.TemporaryPrefix}deleted-{_movedCount++}";
            directory.Move(name, top, moved);
            _moved.Enqueue((path, moved));
        }
        else
        {
            job.Log.Deleted(path);
        }
    }

    private sealed record Level(TargetDirectory Directory, string Name, string Path, Stack<string> Names);
}
