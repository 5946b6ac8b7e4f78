namespace Backup.Engine.Storage.Rest;

/// <summary>Ends a call in which nothing has moved for too long: a connection may be dead without anybody saying so.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _stalled;
    private readonly CancellationTokenSource _either;

    /// <summary>A guard for one call.</summary>
    /// <param name="patience">How long nothing may move.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the call as well.</param>
    public StallGuard(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        _patience = patience;
        _stalled = new CancellationTokenSource(patience, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_stalled.Token, cancellationToken);
    }

    /// <summary>Ends the call.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Something moved.</summary>
    public void Moved() => _stalled.CancelAfter(_patience);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _stalled.Dispose();
    }
}
