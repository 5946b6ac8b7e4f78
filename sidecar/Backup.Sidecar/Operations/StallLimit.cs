namespace Backup.Sidecar.Operations;

/// <summary>Gives up on somebody who neither sends nor takes anything any more.</summary>
internal sealed class StallLimit : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly string _who;
    private readonly CancellationToken _wanted;
    private readonly CancellationTokenSource _stalled;
    private readonly CancellationTokenSource _either;

    /// <summary>A limit that does not count yet.</summary>
    /// <param name="limit">So long nothing may happen.</param>
    /// <param name="who">Who it is, for messages.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends what is waited for, too.</param>
    public StallLimit(TimeSpan limit, string who, TimeProvider time, CancellationToken cancellationToken)
    {
        (_limit, _who, _wanted) = (limit, who, cancellationToken);
        _stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_stalled.Token, cancellationToken);
    }

    /// <summary>Does something that the other one answers to.</summary>
    /// <param name="step">Does it; its token is cancelled when the other one is given up.</param>
    /// <exception cref="IOException">There was no sign of life for too long.</exception>
    public async Task<T> AwaitAsync<T>(Func<CancellationToken, Task<T>> step)
    {
        Start();
        try
        {
            return await step(_either.Token);
        }
        catch (Exception exception) when (_stalled.IsCancellationRequested && !_wanted.IsCancellationRequested)
        {
            throw new IOException($"{_who} neither sent nor took anything for {_limit.TotalSeconds:0.#} seconds, and was given up.", exception);
        }
        finally
        {
            Pause();
        }
    }

    /// <summary>From now on it counts.</summary>
    public void Start() => _stalled.CancelAfter(_limit);

    /// <summary>From now on it does not count: it is we who take the time.</summary>
    public void Pause() => _stalled.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _either.Dispose();
        _stalled.Dispose();
    }
}
