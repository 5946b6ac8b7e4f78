using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>Counts what a restore does, collects what goes wrong, and tells who asked. Thread-safe.</summary>
internal sealed class RestoreLog(Action<RestoreItemReport>? itemDone)
{
    /// <summary>Issues beyond this are only counted: a full list of a million takes more memory than the restore.</summary>
    private const int MaxListed = 10_000;

    private readonly Lock _gate = new();
    private readonly List<RestoreIssue> _errors = [];
    private readonly List<RestoreIssue> _notes = [];
    private readonly HashSet<string> _notedOnce = [];
    private readonly long[] _counts = new long[Enum.GetValues<RestoreCount>().Length];
    private volatile int _phase;
    private volatile bool _isPlanComplete;

    /// <summary>What the restore is busy with.</summary>
    public RestorePhase Phase
    {
        get => (RestorePhase)_phase;
        set => _phase = (int)value;
    }

    /// <summary>Whether everything to be restored has been counted.</summary>
    public bool IsPlanComplete
    {
        get => _isPlanComplete;
        set => _isPlanComplete = value;
    }

    /// <summary>A counter's value.</summary>
    public long this[RestoreCount count] => Interlocked.Read(ref _counts[(int)count]);

    /// <summary>Counts.</summary>
    public void Add(RestoreCount count, long number = 1) => Interlocked.Add(ref _counts[(int)count], number);

    /// <summary>Takes down an item that can't be restored.</summary>
    public void Error(string path, RestoreIssueKind kind, string message)
    {
        lock (_gate)
        {
            Add(RestoreCount.Errors);
            if (_errors.Count < MaxListed)
            {
                _errors.Add(new RestoreIssue(path, kind, message));
            }
        }
    }

    /// <summary>Takes down what is missing of an item that was restored.</summary>
    public void Note(string path, RestoreIssueKind kind, string message)
    {
        lock (_gate)
        {
            Add(RestoreCount.Notes);
            if (_notes.Count < MaxListed)
            {
                _notes.Add(new RestoreIssue(path, kind, message));
            }
        }
    }

    /// <summary>Takes down what holds for many items, for the first of them.</summary>
    public void NoteOnce(DirectoryPlan directory, string name, RestoreIssueKind kind, string message)
    {
        lock (_gate)
        {
            if (_notedOnce.Count >= MaxListed || !_notedOnce.Add(message))
            {
                return;
            }
        }

        Note(directory.PathOf(name), kind, message);
    }

    /// <summary>Takes down an item that can't be restored, counts it as done, and tells of it.</summary>
    public void Fail(DirectoryPlan directory, string name, NodeType type, RestoreIssueKind kind, string message)
    {
        string path = directory.PathOf(name);
        Error(path, kind, message);
        Report(RestoreItemAction.Failed, type, 0, path);
    }

    /// <summary>Takes down which metadata could not be set.</summary>
    public void Add(MetadataTrouble? trouble, DirectoryPlan directory, string name)
    {
        if (trouble is null)
        {
            return;
        }

        string path = directory.PathOf(name);
        foreach (string message in trouble.Notes)
        {
            Note(path, RestoreIssueKind.MetadataIncomplete, message);
        }

        foreach (string message in trouble.Errors)
        {
            Error(path, RestoreIssueKind.MetadataIncomplete, message);
        }
    }

    /// <summary>Counts a file that is done.</summary>
    /// <param name="action">What became of it.</param>
    /// <param name="bytes">Its bytes; 0 for a further name of a file.</param>
    /// <param name="directory">Where it is.</param>
    /// <param name="name">Its name there.</param>
    public void FileDone(RestoreItemAction action, long bytes, DirectoryPlan directory, string name)
    {
        switch (action)
        {
            case RestoreItemAction.Restored or RestoreItemAction.Updated:
                Add(action == RestoreItemAction.Restored ? RestoreCount.FilesRestored : RestoreCount.FilesUpdated);
                Add(RestoreCount.BytesRestored, bytes);
                break;
            case RestoreItemAction.Unchanged:
                Add(RestoreCount.FilesUnchanged);
                Add(RestoreCount.BytesSkipped, bytes);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(action), action, "Not what becomes of a file that is done.");
        }

        ItemDone(action, NodeType.File, bytes, directory, name);
    }

    /// <summary>Counts an item that is left alone because of the overwrite mode.</summary>
    public void Kept(NodeType type, long bytes, DirectoryPlan directory, string name)
    {
        Add(RestoreCount.ItemsKept);
        Add(RestoreCount.BytesSkipped, bytes);
        ItemDone(RestoreItemAction.Kept, type, bytes, directory, name);
    }

    /// <summary>Tells of an item that is done.</summary>
    public void ItemDone(RestoreItemAction action, NodeType type, long bytes, DirectoryPlan directory, string name) =>
        Report(action, type, bytes, itemDone is null ? "" : directory.PathOf(name));

    /// <summary>Counts something that was deleted.</summary>
    public void Deleted(string path)
    {
        Add(RestoreCount.ItemsDeleted);
        itemDone?.Invoke(new RestoreItemReport(path, RestoreItemAction.Deleted, null, 0));
    }

    /// <summary>The counters for those who wait.</summary>
    public RestoreProgress ToProgress(TimeSpan elapsed) => new()
    {
        Phase = Phase,
        ItemsDone = this[RestoreCount.ItemsDone],
        ItemsTotal = this[RestoreCount.Items],
        BytesDone = this[RestoreCount.BytesDone] + this[RestoreCount.BytesSkipped],
        BytesTotal = this[RestoreCount.BytesTotal],
        IsPlanComplete = IsPlanComplete,
        ItemsKept = this[RestoreCount.ItemsKept],
        ItemsDeleted = this[RestoreCount.ItemsDeleted],
        FilesVerified = this[RestoreCount.FilesVerified],
        Errors = this[RestoreCount.Errors],
        Elapsed = elapsed,
    };

    /// <summary>The outcome.</summary>
    public RestoreSummary ToSummary(Snapshot snapshot, string subfolder, string target, bool isDryRun, TimeSpan elapsed)
    {
        lock (_gate)
        {
            return new RestoreSummary
            {
                Snapshot = snapshot,
                Subfolder = subfolder,
                Target = target,
                Items = this[RestoreCount.Items],
                FilesRestored = this[RestoreCount.FilesRestored],
                FilesUpdated = this[RestoreCount.FilesUpdated],
                FilesUnchanged = this[RestoreCount.FilesUnchanged],
                HardLinks = this[RestoreCount.HardLinks],
                Directories = this[RestoreCount.Directories],
                OtherItems = this[RestoreCount.OtherItems],
                ItemsKept = this[RestoreCount.ItemsKept],
                ItemsDeleted = this[RestoreCount.ItemsDeleted],
                BytesTotal = this[RestoreCount.BytesTotal],
                BytesRestored = this[RestoreCount.BytesRestored],
                BytesReused = this[RestoreCount.BytesReused],
                BytesSkipped = this[RestoreCount.BytesSkipped],
                BytesFetched = this[RestoreCount.BytesFetched],
                FilesVerified = this[RestoreCount.FilesVerified],
                Errors = _errors.ToArray(),
                ErrorCount = this[RestoreCount.Errors],
                Notes = _notes.ToArray(),
                NoteCount = this[RestoreCount.Notes],
                IsDryRun = isDryRun,
                Elapsed = elapsed,
            };
        }
    }

    private void Report(RestoreItemAction action, NodeType type, long bytes, string path)
    {
        Add(RestoreCount.ItemsDone);
        itemDone?.Invoke(new RestoreItemReport(path, action, type, bytes));
    }
}
