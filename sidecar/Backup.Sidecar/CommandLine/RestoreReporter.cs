using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells how a restore goes.</summary>
internal abstract class RestoreReporter : IDisposable
{
    /// <summary>How far it is; one call at a time.</summary>
    public abstract void Show(RestoreProgress now);

    /// <summary>What became of an item; from several threads.</summary>
    public abstract void ItemDone(RestoreItemReport item);

    /// <summary>How it went.</summary>
    public abstract void Finish(RestoreSummary summary);

    public void Dispose() => Close();

    /// <summary>Sends what is left.</summary>
    protected virtual void Close()
    {
    }

    /// <summary>restic's word for what became of an item.</summary>
    protected static string Word(RestoreItemAction action) => action switch
    {
        RestoreItemAction.Restored => "restored",
        RestoreItemAction.Updated => "updated",
        RestoreItemAction.Unchanged => "unchanged",
        RestoreItemAction.Kept => "kept",
        RestoreItemAction.Deleted => "deleted",
        _ => "failed",
    };
}
