using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>Gives files their further names when the first one is in place.</summary>
internal sealed class HardLinker(RestoreJob job, FileWriter writer)
{
    private readonly ObstacleRemover _obstacles = new(job);
    private long _number;

    /// <summary>Makes the links of a plan.</summary>
    public void Run(RestorePlan plan, CancellationToken cancellationToken)
    {
        foreach (LinkPlan link in plan.Links)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Make(link);
            }
            catch (TargetException exception)
            {
                FileWriter.ThrowIfFull(exception);
                RestoreIssueKind kind =
                    exception.Failure == TargetFailure.Exists ? RestoreIssueKind.InTheWay : RestoreIssueKind.WriteFailed;
                job.Log.Fail(link.Directory, link.Name, NodeType.File, kind, exception.Message);
            }
        }
    }

    private void Make(LinkPlan link)
    {
        if (!link.Group.IsComplete)
        {
            job.Log.Fail(
                link.Directory,
                link.Name,
                NodeType.File,
                RestoreIssueKind.WriteFailed,
                $"This is another name of «{link.Group}», which could not be restored.");
            return;
        }

        if (link.Directory.State == DirectoryState.Imagined)
        {
            Done(link, RestoreItemAction.Restored);
            return;
        }

        using DirectoryLease lease = job.Directories.Rent(link.Directory);
        TargetEntry? existing = link.Directory.State == DirectoryState.New ? null : lease.Directory.Inspect(link.Name);
        if (existing is { } entry)
        {
            if (job.Options.Overwrite == OverwriteMode.Never
                || (job.Options.Overwrite == OverwriteMode.IfNewer && link.Metadata.ModTime <= entry.ModTime))
            {
                job.Log.Kept(NodeType.File, 0, link.Directory, link.Name);
                return;
            }

            if (entry.Identity is not null && entry.Identity == link.Group.Identity)
            {
                job.Log.FileDone(RestoreItemAction.Unchanged, 0, link.Directory, link.Name);
                return;
            }

            if (entry.Type == NodeType.Directory && _obstacles.Blocks(lease.Directory, link.Name))
            {
                throw ObstacleRemover.InTheWay();
            }
        }

        if (!job.Options.DryRun)
        {
            Make(link, lease.Directory, existing?.Type);
        }

        Done(link, existing?.Type == NodeType.File ? RestoreItemAction.Updated : RestoreItemAction.Restored);
    }

    private void Done(LinkPlan link, RestoreItemAction action)
    {
        job.Log.Add(RestoreCount.HardLinks);
        job.Log.FileDone(action, 0, link.Directory, link.Name);
    }

    private void Make(LinkPlan link, TargetDirectory directory, NodeType? existing)
    {
        using DirectoryLease source = job.Directories.Rent(link.Group.Directory);
        string temporary = $"{job.TemporaryPrefix}link-{_number++}";
        MakeOrCopy(link, source.Directory, directory, temporary);
        try
        {
            Predecessor predecessor = existing switch
            {
                null => Predecessor.None,
                NodeType.Directory => Predecessor.Directory,
                _ => Predecessor.Other,
            };
            writer.Rename(directory, link.Directory, temporary, link.Name, predecessor);
        }
        catch (TargetException)
        {
            directory.DeleteFile(temporary);
            throw;
        }
    }

    private void MakeOrCopy(LinkPlan link, TargetDirectory source, TargetDirectory directory, string temporary)
    {
        try
        {
            directory.MakeHardLink(temporary, source, link.Group.Name);
        }
        catch (TargetException exception) when (exception.Failure is TargetFailure.NotSupported or TargetFailure.Denied)
        {
            Copy(link, source, directory, temporary);
            job.Log.Note(
                link.Directory.PathOf(link.Name),
                RestoreIssueKind.MetadataIncomplete,
                $"It is a copy of «{link.Group}» instead of another name of it. {exception.Message}");
            return;
        }

        // Somebody may have put something else in the first name's place meanwhile.
        if (link.Group.Identity is not null && directory.Inspect(temporary)?.Identity != link.Group.Identity)
        {
            directory.DeleteFile(temporary);
            throw Replaced(link);
        }
    }

    private static TargetException Replaced(LinkPlan link) =>
        new(TargetFailure.Other, $"«{link.Group}», whose other name this is, was replaced during the restore.");

    private void Copy(LinkPlan link, TargetDirectory source, TargetDirectory directory, string temporary)
    {
        using TargetFile original = source.OpenFile(link.Group.Name, writable: false);
        if (original.Inspect().Identity != link.Group.Identity)
        {
            throw Replaced(link);
        }

        using TargetFile copy = directory.CreateFile(temporary);
        try
        {
            if (link.Length > 0 && !copy.TryClone(original))
            {
                copy.CopyRange(original, 0, link.Length);
            }

            job.Log.Add(copy.SetMetadata(link.Metadata, job.Metadata.Chooses), link.Directory, link.Name);
        }
        catch (TargetException)
        {
            directory.DeleteFile(temporary);
            throw;
        }
    }
}
