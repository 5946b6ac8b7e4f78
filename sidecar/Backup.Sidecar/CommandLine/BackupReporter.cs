using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells how a backup goes.</summary>
internal abstract class BackupReporter(VerbRun run) : IDisposable
{
    /// <summary>How far it is; one call at a time.</summary>
    public abstract void Show(BackupProgress now);

    /// <summary>What became of an item; from several threads. What could not be read is told in any case.</summary>
    public void ItemDone(BackupItemReport item)
    {
        if (item.Action == BackupItemAction.Skipped)
        {
            run.ItemFault("archival", item.Path, WithoutReason(item.Detail));
        }
        else if (run.Verbosity == Verbosity.EveryItem)
        {
            Tell(item);
        }
    }

    /// <summary>How it went.</summary>
    public abstract void Finish(BackupSummary summary);

    /// <summary>How it went in each of several repositories.</summary>
    public abstract void Finish(IReadOnlyList<BackupTargetResult> results);

    public void Dispose() => Close();

    /// <summary>Tells what became of an item.</summary>
    protected abstract void Tell(BackupItemReport item);

    /// <summary>Sends what is left.</summary>
    protected virtual void Close()
    {
    }

    /// <summary>restic's word for what became of an item.</summary>
    protected static string Word(BackupItemAction action) => action switch
    {
        BackupItemAction.New => "new",
        BackupItemAction.Changed => "modified",
        BackupItemAction.Unchanged => "unchanged",
        BackupItemAction.Excluded => "excluded",
        _ => "skipped",
    };

    /// <summary>The engine puts the kind of reason before the reason, which says it better.</summary>
    private static string WithoutReason(string detail)
    {
        int colon = detail.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && Enum.TryParse<SkipReason>(detail.AsSpan(0, colon), out _) ? detail[(colon + 2)..] : detail;
    }

    /// <summary>The path, with a slash behind a folder's.</summary>
    protected static string PathOf(BackupItemReport item) =>
        item.Type == NodeType.Directory && !item.Path.EndsWith('/') ? item.Path + "/" : item.Path;
}
