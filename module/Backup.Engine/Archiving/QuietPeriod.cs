namespace Backup.Engine.Archiving;

/// <summary>The time in which an application holds still. Whatever happens, it is told to go on, once.</summary>
/// <param name="hooks">How to tell it; null: there is nobody to be told.</param>
/// <param name="time">The clock.</param>
internal sealed class QuietPeriod(QuiesceHooks? hooks, TimeProvider time)
{
    private long _began;
    private bool _isQuiet;
    private Exception? _resumeFailure;

    /// <summary>From the request to hold still until the application went on; null if it never held still.</summary>
    public TimeSpan? Length { get; private set; }

    /// <summary>Makes it hold still.</summary>
    /// <exception cref="QuiesceException">It does not. It has been told to go on.</exception>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (hooks is null)
        {
            return;
        }

        _began = time.GetTimestamp();
        _isQuiet = true;
        try
        {
            await CallAsync(hooks.Quiesce, hooks.Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await EndAsync().ConfigureAwait(false);
            ThrowIfNotResumed(null, exception);
            throw new QuiesceException(
                $"The application could not be quiesced, so nothing was backed up. It was told to resume. {exception.Message}",
                innerException: exception);
        }
    }

    /// <summary>Lets it go on, if it holds still. A failure is kept for <see cref="ThrowIfNotResumed"/>.</summary>
    public async Task EndAsync()
    {
        if (hooks is null || !_isQuiet)
        {
            return;
        }

        _isQuiet = false;
        try
        {
            // Not cancelled with the backup: nobody else would tell the application.
            await CallAsync(hooks.Resume, hooks.Timeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _resumeFailure = exception;
        }

        Length = time.GetElapsedTime(_began);
    }

    /// <summary>Says that the application may still hold still.</summary>
    /// <param name="snapshot">The snapshot that was made.</param>
    /// <param name="failure">What else has failed.</param>
    /// <exception cref="QuiesceException">It could not be told to go on.</exception>
    public void ThrowIfNotResumed(Snapshot? snapshot, Exception? failure = null)
    {
        if (_resumeFailure is null)
        {
            return;
        }

        string outcome = failure is not null ? $"The backup failed, too: {failure.Message}"
            : snapshot is null ? "No snapshot was made."
            : $"The snapshot {snapshot.Id.ToShortString()} was made and is complete.";
        throw new QuiesceException(
            $"The application could not be resumed and may still hold still: see to it. {_resumeFailure.Message} {outcome}",
            snapshot?.Id,
            failure is null ? _resumeFailure : new AggregateException(_resumeFailure, failure));
    }

    private async Task CallAsync(Func<CancellationToken, Task> hook, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await hook(both.Token).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not answer within {timeout.TotalSeconds:0} seconds.");
        }
    }
}
