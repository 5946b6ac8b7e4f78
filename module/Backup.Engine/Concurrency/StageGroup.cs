namespace Backup.Engine.Concurrency;

/// <summary>
/// Stages of a pipeline that live and die together: the first failure cancels the others, and is the one that is
/// thrown. Without it a writer waits forever for a reader that died.
/// </summary>
internal sealed class StageGroup : IDisposable
{
    private readonly CancellationTokenSource _cancellation;
    private readonly List<Task> _stages = [];
    private Exception? _firstFailure;

    /// <summary>A group whose stages are cancelled by <paramref name="cancellationToken"/>, too.</summary>
    public StageGroup(CancellationToken cancellationToken) =>
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Is cancelled when a stage fails or the caller cancels.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>What the first stage that failed threw; null as long as none has.</summary>
    public Exception? Failure => Volatile.Read(ref _firstFailure);

    /// <summary>Starts a stage on the thread pool.</summary>
    public void Start(Func<CancellationToken, Task> stage) =>
        _stages.Add(Task.Run(() => GuardAsync(stage), CancellationToken.None));

    /// <summary>Waits until every stage has ended, then throws the first failure, if any.</summary>
    public async Task WhenAllAsync()
    {
        await Task.WhenAll(_stages).ConfigureAwait(false);
        if (_firstFailure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_firstFailure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();

    private async Task GuardAsync(Func<CancellationToken, Task> stage)
    {
        try
        {
            await stage(_cancellation.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Not lost: WhenAllAsync throws it. Later ones are mostly the cancellation that the first one caused.
            Interlocked.CompareExchange(ref _firstFailure, exception, null);
            await _cancellation.CancelAsync().ConfigureAwait(false);
        }
    }
}
