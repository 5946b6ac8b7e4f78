using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>Takes away what is where something else is to be.</summary>
internal sealed class ObstacleRemover(RestoreJob job)
{
    /// <summary>Removes a directory: an empty one always, one with content only if that was asked for.</summary>
    /// <exception cref="TargetException">It isn't empty, or can't be removed.</exception>
    public void RemoveDirectory(TargetDirectory directory, DirectoryPlan plan, string name)
    {
        if (job.Options.Delete)
        {
            new TreeRemover(job).Remove(directory, plan.PathOf(name), name);
            return;
        }

        try
        {
            directory.DeleteDirectory(name);
        }
        catch (TargetException exception) when (exception.Failure == TargetFailure.Exists)
        {
            throw InTheWay(exception);
        }
    }

    /// <summary>The error for a directory that has to stay.</summary>
    public static TargetException InTheWay(Exception? cause = null) => new(
        TargetFailure.Exists, "A directory that isn't empty is in the way. Remove it, or restore with deletion.", cause);

    /// <summary>Whether a directory is in the way that would have to stay.</summary>
    public bool Blocks(TargetDirectory directory, string name)
    {
        if (job.Options.Delete)
        {
            return false;
        }

        using TargetDirectory inside = directory.OpenDirectory(name);
        return inside.List().Count > 0;
    }
}
