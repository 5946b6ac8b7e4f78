using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>Makes the directories of the target when something in them is to be restored.</summary>
internal sealed class DirectoryMaker(RestoreJob job)
{
    /// <summary>Makes sure that a directory and those above it are there.</summary>
    /// <returns>False if that is impossible; this has been reported.</returns>
    public bool TryMake(DirectoryPlan directory)
    {
        if (directory.State != DirectoryState.Planned)
        {
            return directory.State != DirectoryState.Refused;
        }

        var missing = new Stack<DirectoryPlan>();
        for (DirectoryPlan? plan = directory; plan?.State == DirectoryState.Planned; plan = plan.Parent)
        {
            missing.Push(plan);
        }

        while (missing.TryPop(out DirectoryPlan? plan))
        {
            Make(plan);
        }

        return directory.State != DirectoryState.Refused;
    }

    private void Make(DirectoryPlan directory)
    {
        // Only the target itself has no parent, and it is never planned.
        DirectoryPlan parent = directory.Parent!;
        if (parent.State == DirectoryState.Refused)
        {
            directory.State = DirectoryState.Refused;
            return;
        }

        job.Log.Add(RestoreCount.Items);
        directory.SetsMetadata = true;
        if (parent.State == DirectoryState.Imagined)
        {
            directory.State = DirectoryState.Imagined;
            return;
        }

        try
        {
            using DirectoryLease lease = job.Directories.Rent(parent);
            directory.State = parent.State == DirectoryState.New
                ? MakeNew(lease.Directory, directory)
                : MakeOrTake(lease.Directory, directory);
        }
        catch (TargetException exception)
        {
            FileWriter.ThrowIfFull(exception);
            Refuse(directory, RestoreIssueKind.WriteFailed, $"The directory can't be made. {exception.Message}");
        }
    }

    private DirectoryState MakeOrTake(TargetDirectory parent, DirectoryPlan directory)
    {
        TargetEntry? existing = parent.Inspect(directory.Name);
        switch (existing?.Type)
        {
            case null:
                return MakeNew(parent, directory);
            case NodeType.Directory:
                Take(directory, existing.Value);
                return DirectoryState.Existing;
            case { } type when !OverwriteRule.Replaces(job.Options.Overwrite, directory.Node!, existing.Value):
                Refuse(
                    directory,
                    RestoreIssueKind.InTheWay,
                    $"A {NameOf(type)} is where the directory belongs, and the overwrite mode keeps it: nothing in the directory was restored.");
                return DirectoryState.Refused;
            default:
                // Whoever put a link here wanted us to follow it.
                if (!job.Options.DryRun)
                {
                    parent.DeleteFile(directory.Name);
                }

                return MakeNew(parent, directory);
        }
    }

    private DirectoryState MakeNew(TargetDirectory parent, DirectoryPlan directory)
    {
        if (job.Options.DryRun)
        {
            return DirectoryState.Imagined;
        }

        parent.MakeDirectory(directory.Name);
        return DirectoryState.New;
    }

    private void Take(DirectoryPlan directory, in TargetEntry existing)
    {
        directory.SetsMetadata = OverwriteRule.Replaces(job.Options.Overwrite, directory.Node!, existing);
        if (!directory.SetsMetadata && LinuxCalls.AreKnown && (existing.Mode & OwnerMayAll) != OwnerMayAll)
        {
            directory.ModeBefore = existing.Mode;
        }
    }

    private void Refuse(DirectoryPlan directory, RestoreIssueKind kind, string message)
    {
        directory.State = DirectoryState.Refused;
        job.Log.Fail(directory.Parent!, directory.Name, NodeType.Directory, kind, message);
    }

    private static string NameOf(NodeType type) => type switch
    {
        NodeType.File => "file",
        NodeType.Symlink => "symbolic link",
        NodeType.Fifo => "named pipe",
        NodeType.Socket => "socket",
        _ => "device",
    };

    /// <summary>Without these its owner can't work in a directory (0700).</summary>
    private const uint OwnerMayAll = 0x1C0;
}
