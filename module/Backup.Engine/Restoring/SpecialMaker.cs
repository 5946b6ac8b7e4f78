using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>Makes symbolic links, device nodes and named pipes.</summary>
internal sealed class SpecialMaker(RestoreJob job)
{
    private readonly ObstacleRemover _obstacles = new(job);
    private long _number;

    /// <summary>Makes an item, in one step even if it replaces another one.</summary>
    /// <exception cref="TargetException">It can't be made.</exception>
    /// <exception cref="RepositoryDamagedException">Nobody could make it.</exception>
    public void Make(DirectoryPlan directory, Node node, Predecessor predecessor)
    {
        if (node.Type == NodeType.Irregular)
        {
            job.Log.Note(
                directory.PathOf(node.Name), RestoreIssueKind.NotSupported, "The item is of a kind that can't be restored.");
            job.Log.ItemDone(RestoreItemAction.Failed, node.Type, 0, directory, node.Name);
            return;
        }

        if (node.Type == NodeType.Symlink && (node.LinkTarget.Length == 0 || node.LinkTarget.Contains('\0')))
        {
            throw new RepositoryDamagedException("The symbolic link leads to no possible path. Run a check.");
        }

        if (job.Options.DryRun)
        {
            Report(directory, node);
            return;
        }

        using DirectoryLease lease = job.Directories.Rent(directory);
        if (predecessor == Predecessor.Directory)
        {
            _obstacles.RemoveDirectory(lease.Directory, directory, node.Name);
            predecessor = Predecessor.None;
        }

        bool isDirect = predecessor == Predecessor.None;
        string name = isDirect ? node.Name : $"{job.TemporaryPrefix}special-{_number++}";
        if (!TryMake(lease.Directory, name, directory, node))
        {
            return;
        }

        try
        {
            job.Log.Add(
                lease.Directory.SetMetadata(name, node.Type, job.Metadata.Choose(node, directory), job.Metadata.Chooses),
                directory,
                node.Name);
            if (!isDirect)
            {
                lease.Directory.Rename(name, node.Name, replace: true);
            }
        }
        catch (TargetException) when (!isDirect)
        {
            lease.Directory.DeleteFile(name);
            throw;
        }

        Report(directory, node);
    }

    /// <returns>False if only this user or system can't: that is no fault of the restore, and noted.</returns>
    private bool TryMake(TargetDirectory target, string name, DirectoryPlan directory, Node node)
    {
        try
        {
            if (node.Type == NodeType.Symlink)
            {
                target.MakeSymlink(name, node.LinkTarget);
            }
            else
            {
                target.MakeSpecial(name, node.Type, node.Device);
            }

            return true;
        }
        catch (TargetException exception)
            when (node.Type != NodeType.Symlink && exception.Failure is TargetFailure.Denied or TargetFailure.NotSupported)
        {
            job.Log.Note(
                directory.PathOf(node.Name),
                RestoreIssueKind.NotSupported,
                $"The device node or pipe was left out; device nodes can only be made by root. {exception.Message}");
            job.Log.ItemDone(RestoreItemAction.Failed, node.Type, 0, directory, node.Name);
            return false;
        }
    }

    private void Report(DirectoryPlan directory, Node node)
    {
        job.Log.Add(RestoreCount.OtherItems);
        job.Log.ItemDone(RestoreItemAction.Restored, node.Type, 0, directory, node.Name);
    }
}
