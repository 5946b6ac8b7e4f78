namespace Backup.Engine.Archiving;

/// <summary>Reports a backup's progress a few times a second, and once at the end.</summary>
internal sealed class BackupReporter : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly IProgress<BackupProgress>? _progress;
    private readonly BackupCounters _counters;
    private readonly FileArchiver _files;
    private readonly SourceTotals _totals;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ITimer? _timer;

    /// <summary>Starts reporting, if anybody listens.</summary>
    public BackupReporter(
        IProgress<BackupProgress>? progress,
        BackupCounters counters,
        FileArchiver files,
        SourceTotals totals,
        TimeProvider time,
        long started)
    {
        _progress = progress;
        _counters = counters;
        _files = files;
        _totals = totals;
        _time = time;
        _started = started;
        _timer = progress is null ? null : time.CreateTimer(_ => Report(), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_timer is not null)
        {
            _timer.Dispose();
            Report();
        }
    }

    private void Report() => _progress?.Report(new BackupProgress
    {
        FilesDone = _counters.FilesDone,
        BytesDone = _counters.BytesRead,
        FilesTotal = Math.Max(_totals.Files, _counters.FilesFound),
        BytesTotal = Math.Max(_totals.Bytes, _counters.BytesFound),
        IsScanComplete = _totals.IsComplete,
        Skipped = _counters.SkippedCount,
        CurrentFiles = _files.Current,
        Elapsed = _time.GetElapsedTime(_started),
    });
}
