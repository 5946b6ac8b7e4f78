namespace Backup.Sidecar.Dapr;

/// <summary>
/// Tries a call again, with growing and random pauses, while that can help. daprd itself does so for component calls only
/// where a Resiliency resource says so; then each try takes long, and the budget ends it.
/// </summary>
internal sealed class DaprRetry(DaprOptions options)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Makes a call.</summary>
    /// <param name="what">What the call does, as a verb and its object, for messages.</param>
    /// <param name="isRepeatable">Whether doing it twice is as good as once.</param>
    /// <param name="call">The call, once. Its token ends when one try has taken too long.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <exception cref="DaprException">No try succeeded; the error of the last one.</exception>
    public async Task<T> RunAsync<T>(
        string what, bool isRepeatable, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        long start = options.Time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(what, call, cancellationToken);
            }
            catch (DaprException exception) when (isRepeatable && exception.IsTransient && attempt < options.MaxTries)
            {
                TimeSpan pause = Pause(attempt);
                if (options.Time.GetElapsedTime(start) + pause > options.RetryBudget)
                {
                    throw;
                }

                await Task.Delay(pause, options.Time, cancellationToken);
            }
        }
    }

    private async Task<T> TryAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource(options.CallTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DaprException($"Dapr could not {what}: there was no answer within {options.CallTimeout.TotalSeconds:0} s.", exception)
            {
                IsWithoutAnswer = true,
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new DaprException($"Dapr could not be reached to {what}: {exception.Message} Is daprd running?", exception)
            {
                IsWithoutAnswer = true,
            };
        }
    }

    private static TimeSpan Pause(int attempt)
    {
        double longest = Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, attempt));
        return TimeSpan.FromMilliseconds(FirstPause.TotalMilliseconds + (Random.Shared.NextDouble() * longest));
    }
}
