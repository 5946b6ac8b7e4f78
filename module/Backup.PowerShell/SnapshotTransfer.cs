using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell;

/// <summary>Brings snapshots of one repository into another, and gives what came of it.</summary>
internal static class SnapshotTransfer
{
    /// <summary>Does it.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="source">Where the snapshots are.</param>
    /// <param name="destination">Where they are to be.</param>
    /// <param name="work">The work, on other threads: from the one into the other.</param>
    public static void Run(
        RepositoryCommand cmdlet,
        BackupRepository source,
        BackupRepository destination,
        Func<Repository, Repository, PipelineBus, CancellationToken, Task<CopySummary>> work)
    {
        CopySummary summary = cmdlet.Work(
            destination,
            isWriting: true,
            async (engine, bus, token) =>
            {
                using RepositoryLease lease = source.Read();
                return await work(lease.Engine, engine, bus, token).ConfigureAwait(false);
            });
        cmdlet.TellWarnings(source);
        foreach (SnapshotId unreadable in summary.Unreadable)
        {
            cmdlet.Fail(ErrorMap.OfUnreadable(unreadable));
        }

        cmdlet.WriteObject(new CopyResult(summary, source.Location, destination.Location));
    }
}
