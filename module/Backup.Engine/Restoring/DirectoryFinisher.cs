using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>
/// Finishes directories when all in them is done, inner ones first: deletes what the snapshot doesn't have, if that was
/// asked for, and sets metadata, which everything that happens in a directory would change again.
/// </summary>
internal sealed class DirectoryFinisher(RestoreJob job)
{
    private static readonly StringComparer NameComparer =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>Finishes the directories of a plan.</summary>
    public async Task RunAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        foreach (DirectoryPlan directory in plan.Directories)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (directory.State is DirectoryState.Planned or DirectoryState.Refused)
            {
                continue;
            }

            if (job.Options.Delete && directory.State == DirectoryState.Existing)
            {
                await DeleteOthersAsync(directory, cancellationToken).ConfigureAwait(false);
            }

            if (directory.Parent is not null)
            {
                SetMetadata(directory, directory.Parent);
            }
        }
    }

    private async Task DeleteOthersAsync(DirectoryPlan directory, CancellationToken cancellationToken)
    {
        if (directory.IsDoubtful)
        {
            job.Log.Note(
                directory.ToString(),
                RestoreIssueKind.DeleteFailed,
                "Nothing was deleted here, because what the snapshot has in this directory is not certain.");
            return;
        }

        try
        {
            List<Node> nodes = await job.Repository.LoadTreeAsync(directory.Tree, cancellationToken).ConfigureAwait(false);
            var expected = nodes.Select(node => node.Name).ToHashSet(NameComparer);
            using DirectoryLease lease = job.Directories.Rent(directory);
            foreach (string name in lease.Directory.List())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!expected.Contains(name) && job.Filter.Chooses(directory.Filter, name))
                {
                    Delete(directory, lease.Directory, name);
                }
            }
        }
        catch (Exception exception) when (exception is TargetException or BackupException)
        {
            job.Log.Error(
                directory.ToString(), RestoreIssueKind.DeleteFailed, $"Nothing could be deleted in this directory. {exception.Message}");
        }
    }

    private void Delete(DirectoryPlan directory, TargetDirectory target, string name)
    {
        string path = directory.PathOf(name);
        try
        {
            new TreeRemover(job).Remove(target, path, name);
        }
        catch (TargetException exception)
        {
            job.Log.Error(path, RestoreIssueKind.DeleteFailed, exception.Message);
        }
    }

    private void SetMetadata(DirectoryPlan directory, DirectoryPlan parent)
    {
        try
        {
            if (!job.Options.DryRun)
            {
                Set(directory, parent);
            }

            if (directory.SetsMetadata)
            {
                job.Log.Add(RestoreCount.Directories);
                job.Log.ItemDone(RestoreItemAction.Restored, NodeType.Directory, 0, parent, directory.Name);
            }
            else
            {
                job.Log.Kept(NodeType.Directory, 0, parent, directory.Name);
            }
        }
        catch (TargetException exception)
        {
            job.Log.Fail(parent, directory.Name, NodeType.Directory, RestoreIssueKind.MetadataIncomplete, exception.Message);
        }
    }

    private void Set(DirectoryPlan directory, DirectoryPlan parent)
    {
        using DirectoryLease lease = job.Directories.Rent(directory);
        if (!directory.SetsMetadata)
        {
            if (directory.ModeBefore is { } mode)
            {
                lease.Directory.SetMode(mode);
            }

            return;
        }

        EntryMetadata metadata = job.Metadata.Choose(directory.Node!, parent); // only the target itself has no node
        if (directory.State == DirectoryState.New || !lease.Directory.HasMetadata(metadata, job.Metadata.Chooses))
        {
            job.Log.Add(lease.Directory.SetMetadata(metadata, job.Metadata.Chooses), parent, directory.Name);
        }
    }
}
