namespace Backup.Engine.Archiving;

/// <summary>Counts what a source has, ahead of the backup, so that the progress knows how much is to come.</summary>
internal sealed class SourceTotals
{
    private long _files;
    private long _bytes;
    private volatile bool _isStopped;
    private volatile bool _isComplete;

    /// <summary>Files counted so far.</summary>
    public long Files => Volatile.Read(ref _files);

    /// <summary>Bytes counted so far.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether the counting has come to its end.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>Walks the source and counts.</summary>
    public Task CountAsync(IBackupSource source, CancellationToken cancellationToken)
    {
        foreach (SourceEntry entry in source.Walk(cancellationToken))
        {
            if (_isStopped)
            {
                return Task.CompletedTask;
            }

            if (entry is { Kind: SourceEntryKind.Item, Node.Type: NodeType.File })
            {
                Volatile.Write(ref _bytes, _bytes + (long)entry.Node.Size);
                Volatile.Write(ref _files, _files + 1);
            }
        }

        _isComplete = true;
        return Task.CompletedTask;
    }

    /// <summary>The backup is done: nobody needs to know any more.</summary>
    public void Stop() => _isStopped = true;
}
