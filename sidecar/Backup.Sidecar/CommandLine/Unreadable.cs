using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Reports folders whose trees are damaged while the rest is looked at, and remembers that there were some.</summary>
internal sealed class Unreadable(VerbRun run)
{
    private int _count;

    /// <summary>Failure if there were some.</summary>
    public int ExitCode => Volatile.Read(ref _count) == 0 ? ExitCodes.Done : ExitCodes.Failed;

    public void Report(UnreadableFolder folder)
    {
        Interlocked.Increment(ref _count);
        run.ItemFault("read", $"{folder.Snapshot.ToShortString()}:{folder.Path}", folder.Error.Message);
    }
}
