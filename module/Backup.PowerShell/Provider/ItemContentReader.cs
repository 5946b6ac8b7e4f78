using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation.Provider;
using Backup.Engine;
using Backup.PowerShell.Content;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Provider;

/// <summary>The content of a file of a snapshot, as Get-Content asks for it: so many lines at a time, read only as far as needed.</summary>
internal sealed class ItemContentReader : IContentReader
{
    private readonly CancellationTokenSource _stop;

    // Costs what 1,024 lines cost; the reading waits when it is full.
    private readonly BlockingCollection<object> _queue = new(boundedCapacity: 1024);
    private readonly Task _reading;

    /// <summary>Begins to read.</summary>
    public ItemContentReader(
        BackupRepository repository, Snapshot snapshot, string path, ContentParameters parameters, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ContentShape shape = ContentShapes.Of(parameters.AsByteStream, parameters.Raw);
        var options = new DumpOptions { Snapshot = snapshot.Id.ToString(), Path = path, FilesOnly = true };
        _reading = Task.Run(async () =>
        {
            try
            {
                using RepositoryLease lease = repository.Read();
                using var writer = new ContentWriter(value => _queue.Add(value, _stop.Token), shape, parameters.Encoding);
                await lease.Engine.DumpAsync(options, writer, progress: null, _stop.Token).ConfigureAwait(false);
                writer.Complete();
            }
            finally
            {
                _queue.CompleteAdding();
            }
        }, CancellationToken.None);
    }

    /// <inheritdoc/>
    public IList Read(long readCount)
    {
        var values = new ArrayList();
        while ((readCount <= 0 || values.Count < readCount) && _queue.TryTake(out object? value, Timeout.Infinite, _stop.Token))
        {
            values.Add(value);
        }

        if (values.Count == 0)
        {
            _reading.GetAwaiter().GetResult(); // it has ended: with an error, perhaps
        }

        return values;
    }

    /// <inheritdoc/>
    public void Seek(long offset, SeekOrigin origin) =>
        throw new System.Management.Automation.PSNotSupportedException("The content of a snapshot is read from its beginning.");

    /// <inheritdoc/>
    public void Close() => Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        ((IAsyncResult)_reading).AsyncWaitHandle.WaitOne();
        _ = _reading.Exception; // cancelled, or told by Read
        _queue.Dispose();
    }
}
