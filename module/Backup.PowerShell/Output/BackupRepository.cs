using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Output;

/// <summary>
/// A repository: connected, or registered under a name and not connected yet. May be handed to other runspaces: reading
/// goes on side by side, writing one after the other.
/// </summary>
public sealed class BackupRepository : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1);
    private Repository? _engine;
    private int _leases;
    private bool _isClosed;
    private int _writerThread;

    internal BackupRepository(string name, Repository engine, ConcurrentQueue<string> warnings)
    {
        Warnings = warnings;
        _engine = engine;
        Name = name;
        Location = engine.Location;
        Id = engine.Config.Id;
        FormatVersion = engine.Config.Version;
    }

    internal BackupRepository(Registration registration)
    {
        Name = registration.Name;
        Location = registration.Location;
        _isClosed = true;
    }

    /// <summary>The registered name, or the location.</summary>
    public string Name { get; }

    /// <summary>Where it is, without secrets.</summary>
    public string Location { get; }

    /// <summary>Names it wherever it lies; null while it is not connected.</summary>
    public string? Id { get; }

    /// <summary>2, or 1 without compression; null while it is not connected.</summary>
    public int? FormatVersion { get; private set; }

    /// <summary>Whether it is open.</summary>
    public bool IsConnected => !_isClosed;

    /// <summary>Whether it is meant, in this runspace, where no repository is named.</summary>
    public bool IsDefault => SessionStore.Current.Default == this;

    /// <summary>Closes it, as soon as what is going on is done.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            CloseIfIdle();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>What the engine found surprising, and nobody has been told yet.</summary>
    internal ConcurrentQueue<string> Warnings { get; } = [];

    /// <summary>Begins to read.</summary>
    internal RepositoryLease Read()
    {
        lock (_gate)
        {
            if (_isClosed || _engine is null)
            {
                throw new CommandException(
                    "RepositoryClosed", ErrorCategory.ConnectionError, $"The connection to {Name} is closed. Connect-BackupRepository opens it again.");
            }

            _leases++;
            return new RepositoryLease(this, _engine, isWriter: false);
        }
    }

    /// <summary>Begins to write, as soon as no one else does through this connection.</summary>
    /// <param name="pipelineThread">The thread of the pipeline that wants to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<RepositoryLease> WriteAsync(int pipelineThread, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _writerThread) == pipelineThread)
        {
            throw new CommandException(
                "RepositoryBusy",
                ErrorCategory.ResourceBusy,
                $"Another command of this pipeline is still writing to {Name}, so waiting for it would never end. Collect its output first.");
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _writerThread, pipelineThread);
        try
        {
            RepositoryLease reader = Read();
            return new RepositoryLease(this, reader.Engine, isWriter: true);
        }
        catch
        {
            EndWriting();
            throw;
        }
    }

    /// <summary>Notes that the format was changed.</summary>
    internal void HasVersion(int version) => FormatVersion = version;

    /// <summary>Ends what a lease was for.</summary>
    internal void Release(bool isWriter)
    {
        if (isWriter)
        {
            EndWriting();
        }

        lock (_gate)
        {
            _leases--;
            CloseIfIdle();
        }
    }

    private void EndWriting()
    {
        Volatile.Write(ref _writerThread, 0);
        _writing.Release();
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Closing waits for nothing that this thread has to do.")]
    private void CloseIfIdle()
    {
        if (_isClosed && _leases == 0 && _engine is { } engine)
        {
            _engine = null;
            Task.Run(async () => await engine.DisposeAsync().ConfigureAwait(false), CancellationToken.None).GetAwaiter().GetResult();
        }
    }
}
