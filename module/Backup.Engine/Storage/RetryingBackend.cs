using System.Globalization;
using System.Runtime.CompilerServices;

namespace Backup.Engine.Storage;

/// <summary>
/// Tries again what failed for a reason that can pass, after waits that double, until the budget of the call is used up.
/// Nothing else in the engine retries.
/// </summary>
/// <param name="inner">The backend.</param>
/// <param name="time">The clock.</param>
/// <param name="warn">Hears of each failure that is tried again.</param>
internal sealed class RetryingBackend(IBackend inner, TimeProvider time, Action<string>? warn) : BackendDecorator(inner)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>How long one call may go on failing.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(15);

    /// <summary>The same while nothing has ever answered: more likely than a failure is a wrong address.</summary>
    private static readonly TimeSpan FirstBudget = TimeSpan.FromSeconds(30);

    private volatile bool _hasAnswered;
    private long _retries;

    /// <inheritdoc/>
    public override BackendTraffic Traffic => base.Traffic with { Retries = Interlocked.Read(ref _retries) };

    /// <inheritdoc/>
    public override Task CreateAsync(CancellationToken cancellationToken) =>
        RunAsync(_ => Inner.CreateAsync(cancellationToken), cancellationToken);

    /// <summary>
    /// Saves. A save that failed may have succeeded all the same, only that its answer was lost; so what is there is
    /// looked at before it is tried again, and if it is what we save, that was it.
    /// </summary>
    public override Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RunAsync(
            async attempt =>
            {
                if (attempt > 1 && await IsSavedAsync(file, content, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                try
                {
                    await Inner.SaveAsync(file, content, cancellationToken).ConfigureAwait(false);
                }
                catch (BackendFileExistsException)
                {
                    // Somebody on the way may have sent our request twice, and this is the answer to the second one.
                    if (!await IsSameAsync(file, content, cancellationToken).ConfigureAwait(false))
                    {
                        throw;
                    }
                }
            },
            cancellationToken);

    /// <inheritdoc/>
    public override async Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken)
    {
        byte[] content = [];
        await RunAsync(
            async _ => content = await Inner.LoadAsync(file, maxLength, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return content;
    }

    /// <inheritdoc/>
    public override Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        RunAsync(_ => Inner.LoadRangeAsync(file, offset, destination, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override async Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken)
    {
        long size = 0;
        await RunAsync(
            async _ => size = await Inner.GetSizeAsync(file, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return size;
    }

    /// <summary>Collected first: a listing that breaks off is read again from its start.</summary>
    public override async IAsyncEnumerable<BackendFile> ListAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = new List<BackendFile>();
        await RunAsync(
            async _ =>
            {
                files.Clear();
                await foreach (BackendFile file in Inner.ListAsync(kind, cancellationToken).ConfigureAwait(false))
                {
                    files.Add(file);
                }
            },
            cancellationToken).ConfigureAwait(false);
        foreach (BackendFile file in files)
        {
            yield return file;
        }
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(FileHandle file, CancellationToken cancellationToken) =>
        RunAsync(_ => Inner.DeleteAsync(file, cancellationToken), cancellationToken);

    private async Task RunAsync(Func<int, Task> attempt, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        for (int count = 1; ; count++)
        {
            try
            {
                await attempt(count).ConfigureAwait(false);
                _hasAnswered = true;
                return;
            }
            catch (BackendException exception) when (exception.IsTransient && !cancellationToken.IsCancellationRequested)
            {
                TimeSpan wait = WaitAfter(count, exception.RetryAfter);
                ThrowIfUsedUp(exception, count, time.GetElapsedTime(start), wait);
                warn?.Invoke(string.Create(
                    CultureInfo.InvariantCulture, $"{exception.Message} Trying again in {wait.TotalSeconds:0.#} seconds."));
                Interlocked.Increment(ref _retries);
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
            catch (BackupException)
            {
                _hasAnswered = true; // an answer, even though not the one that was hoped for
                throw;
            }
        }
    }

    /// <summary>Doubles from wait to wait, and differs by chance, so that not all come back at the same moment.</summary>
    private static TimeSpan WaitAfter(int count, TimeSpan? asked)
    {
        TimeSpan wait = FirstWait * Math.Pow(2, Math.Min(count - 1, 10));
        wait = (wait < LongestWait ? wait : LongestWait) * (0.5 + Random.Shared.NextDouble());
        return asked > wait ? asked.Value : wait;
    }

    private void ThrowIfUsedUp(BackendException exception, int count, TimeSpan elapsed, TimeSpan wait)
    {
        TimeSpan budget = _hasAnswered ? Budget : FirstBudget;
        if (count > 1 ? elapsed + wait > budget : wait > Budget)
        {
            throw new BackendException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{exception.Message} Given up after {count} {(count == 1 ? "try" : "tries")} in {elapsed.TotalSeconds:0} seconds."),
                isTransient: true,
                exception)
            {
                RetryAfter = exception.RetryAfter,
            };
        }
    }

    /// <summary>
    /// Whether a file that we failed to save is there all the same. What is there of it but broken is removed: where
    /// the name is the hash of what we have, a different content can't be anybody's good file.
    /// </summary>
    private async Task<bool> IsSavedAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            if (await IsSameAsync(file, content, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }
        catch (BackendFileNotFoundException)
        {
            return false; // which is what one expects after a failure
        }

        if (file.Kind != FileKind.Config && Digest.Of(content.Span) == file.Name)
        {
            await Inner.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private async Task<bool> IsSameAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (await Inner.GetSizeAsync(file, cancellationToken).ConfigureAwait(false) != content.Length)
        {
            return false;
        }

        byte[] stored = await Inner.LoadAsync(file, content.Length, cancellationToken).ConfigureAwait(false);
        return content.Span.SequenceEqual(stored);
    }
}
