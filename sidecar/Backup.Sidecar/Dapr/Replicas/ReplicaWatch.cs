using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Dapr.Replicas;

/// <summary>
/// Lets the other replicas know that this one is alive, and takes over the jobs of those that are not. A replica is alive while what
/// it writes keeps changing; nobody's clock is compared with anybody else's.
/// </summary>
internal sealed class ReplicaWatch : BackgroundService
{
    private const string Replicas = "backup-replicas";
    private const string Leaving = "leaving";
    private const int TakenOverAtOnce = 8;

    private static readonly TimeSpan ASecond = TimeSpan.FromSeconds(1);

    private readonly StateClaims _claims;
    private readonly JobBook _book;
    private readonly IDaprClient _client;
    private readonly StateTexts _texts;
    private readonly ReplicaName _replica;
    private readonly TimeProvider _time;
    private readonly ILogger<ReplicaWatch> _log;
    private readonly string _store;
    private readonly TimeSpan _lease;
    private readonly ITimer _expiry;
    private readonly Dictionary<string, (string Text, long Since)> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _unreadable = new(StringComparer.Ordinal);
    private readonly string _run = Guid.NewGuid().ToString("N");
    private TaskCompletionSource _heardAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _beat;
    private long _heard = -1; // never

    public ReplicaWatch(
        StateClaims claims,
        JobBook book,
        DaprAccess dapr,
        StateTexts texts,
        ServiceConfiguration configuration,
        ReplicaName replica,
        TimeProvider time,
        ILogger<ReplicaWatch> log)
    {
        (_claims, _book, _client, _texts, _replica, _time, _log) = (claims, book, dapr.Required, texts, replica, time, log);
        (_store, _lease) = (configuration.Current.Dapr.ClaimStore, configuration.Current.Dapr.LeaseTime);

        _expiry = time.CreateTimer(_ => claims.Lose(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>So long after a sign of life we may be sure that nobody thinks us dead.</summary>
    private TimeSpan Trust => _lease * 2 / 3;

    /// <summary>So often something is done.</summary>
    private TimeSpan Quarter => _lease / 4;

    /// <summary>So long a sign of life may take: two can fail before the trust is gone. With a short lease only one, since a busy machine needs some time.</summary>
    private TimeSpan Limit => Quarter > ASecond ? Quarter : Trust * 3 / 4 < ASecond ? Trust * 3 / 4 : ASecond;

    /// <summary>So soon something is done again that did not succeed, while requests may be waiting for it.</summary>
    private TimeSpan Soon => Quarter < ASecond ? Quarter : ASecond;

    /// <summary>How long ago this replica gave its last sign of life.</summary>
    public TimeSpan Silence => Volatile.Read(ref _heard) is >= 0 and long heard ? _time.GetElapsedTime(heard) : TimeSpan.MaxValue;

    private string LastWords => string.Create(CultureInfo.InvariantCulture, $"{_run} {_beat}");

    /// <summary>Jobs that are left go to others at once.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _expiry.DisposeAsync();
        if (!_claims.IsHeld)
        {
            return;
        }

        try
        {
            IReadOnlyList<string> left = await OpenJobs.ReadAsync(_texts, _replica.Value, cancellationToken);
            await (left.Count > 0 ? SayAsync(Leaving, cancellationToken) : SignOffAsync(_replica.Value, LastWords, cancellationToken));
        }
        catch (DaprException exception)
        {
            _log.LeaseFailed(exception); // others find out when the lease is over
        }
    }

    // Each by itself: what there is to take up or over may take longer than others wait for a sign of life.
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task never = new TaskCompletionSource().Task;
        return Task.WhenAll(
            RepeatAsync(BeatAsync, isWell => isWell ? Quarter : Soon, () => never, stoppingToken),
            RepeatAsync(LookAsync, _ => _claims.IsHeld ? Quarter : Soon, () => Volatile.Read(ref _heardAgain).Task, stoppingToken),
            RepeatAsync(ListenAsync, _ => Quarter, () => never, stoppingToken));
    }

    private static string KeyOf(string replica) => $"backup-replica-{replica}";

    private static string TextOf(StateEntry entry) => Encoding.UTF8.GetString(entry.Value ?? []);

    /// <summary>Does something again and again.</summary>
    /// <param name="action">What.</param>
    /// <param name="pause">How long after the begin of one the next begins, by whether it succeeded; at once if it took longer.</param>
    /// <param name="alarm">What ends a pause before its time, if it comes after the begin of the action.</param>
    /// <param name="stoppingToken">Ends it.</param>
    private async Task RepeatAsync(
        Func<CancellationToken, Task> action, Func<bool, TimeSpan> pause, Func<Task> alarm, CancellationToken stoppingToken)
    {
        string? trouble = null;
        while (true)
        {
            Task woken = alarm();
            long start = _time.GetTimestamp();
            try
            {
                await action(stoppingToken);
                trouble = null;
            }
            catch (Exception exception) when (exception is DaprException or JournalException)
            {
                if (trouble != exception.Message)
                {
                    trouble = exception.Message;
                    _log.LeaseFailed(exception); // once, not every second
                }
            }

            TimeSpan left = pause(trouble is null) - _time.GetElapsedTime(start);
            await woken.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        _beat++;
        using var limit = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await SayAsync(LastWords, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DaprException($"{_store} did not take this replica's sign of life within {Limit.TotalSeconds:0.#} s.", exception) { IsWithoutAnswer = true };
        }

        TimeSpan left = Trust - _time.GetElapsedTime(start);
        if (left > TimeSpan.Zero)
        {
            _expiry.Change(left, Timeout.InfiniteTimeSpan);
            Volatile.Write(ref _heard, start);
            if (!_claims.IsHeld)
            {
                Interlocked.Exchange(ref _heardAgain, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        // The sign of life first, then the name: who strikes the name off after that sees the sign, and puts it back.
        long heard = Volatile.Read(ref _heard);
        await _texts.ChangeAsync(Replicas, names => names.Add(_replica.Value), cancellationToken);
        if (!_claims.IsHeld || _book.HasLeft)
        {
            await TakeUpAsync(cancellationToken);
            if (!_claims.IsHeld && heard >= 0 && _time.GetElapsedTime(heard) < Trust)
            {
                _claims.Hold();
            }
        }

        foreach (string other in await _texts.ReadAsync(Replicas, cancellationToken))
        {
            if (other != _replica.Value && await IsGoneAsync(other, cancellationToken))
            {
                await TakeOverAsync(other, cancellationToken);
            }
        }
    }

    /// <summary>Cancels what other replicas were asked to cancel.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        foreach (string id in await _claims.TakeWishesAsync(cancellationToken))
        {
            try
            {
                // If it is not active it is over, or is taken up later: then its claim tells.
                await (_book.IsActive(id) ? _book.CancelAsync(id, cancellationToken) : Task.CompletedTask);
            }
            catch (RequestException)
            {
                // It is over and forgotten since we looked.
            }
        }
    }

    /// <summary>Takes up what this replica left: what is in its journal, and what only the store has, since it died in between.</summary>
    private async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        int resumed = await _book.ResumeAsync(cancellationToken);
        foreach (string id in await OpenJobs.ReadAsync(_texts, _replica.Value, cancellationToken))
        {
            if (!_book.IsActive(id) && await TryTakeOverAsync(id, _replica.Value, cancellationToken) == Taken.Nothing)
            {
                _claims.Release(id);
            }
        }

        if (resumed > 0)
        {
            _log.Resumed(resumed);
        }
    }

    private async Task<bool> IsGoneAsync(string other, CancellationToken cancellationToken)
    {
        string text = TextOf(await ReadAsync(other, cancellationToken));
        if (!_seen.TryGetValue(other, out (string Text, long Since) last) || last.Text != text)
        {
            _seen[other] = last = (text, _time.GetTimestamp());
        }

        return text == Leaving || _time.GetElapsedTime(last.Since) > _lease;
    }

    private async Task TakeOverAsync(string other, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> ids = await OpenJobs.ReadAsync(_texts, other, cancellationToken);
        int count = 0;
        var gone = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            ids,
            new ParallelOptions { MaxDegreeOfParallelism = TakenOverAtOnce, CancellationToken = cancellationToken },
            async (id, token) =>
            {
                Taken taken = await TryTakeOverAsync(id, other, token);
                if (taken != Taken.Left)
                {
                    gone.Enqueue(id);
                    Interlocked.Add(ref count, taken == Taken.Job ? 1 : 0);
                }
            });
        await OpenJobs.RemoveAsync(_texts, other, gone, cancellationToken);
        if (count > 0)
        {
            _log.ReplicaGone(other, count);
        }

        if (gone.Count == ids.Count)
        {
            await SignOffAsync(other, _seen[other].Text, cancellationToken);
        }
    }

    /// <summary>Takes one job over from some replica. One that can't be read keeps nobody from the others.</summary>
    private async Task<Taken> TryTakeOverAsync(string id, string owner, CancellationToken cancellationToken)
    {
        try
        {
            JobClaim? claim = await _claims.TakeOverAsync(id, owner, cancellationToken);
            if (claim is { IsOurs: true } ours)
            {
                await _book.AdoptAsync(ours, cancellationToken);
                return Taken.Job;
            }

            return claim is null ? Taken.Nothing : Taken.Left;
        }
        catch (JournalException exception) when (exception.IsUnreadable)
        {
            if (_unreadable.TryAdd(id, true))
            {
                _log.ClaimUnreadable(exception, id);
            }

            return Taken.Left;
        }
    }

    private Task<StateEntry> ReadAsync(string replica, CancellationToken cancellationToken) =>
        _client.GetByteStateAndETagAsync(_store, KeyOf(replica), ConsistencyMode.Strong, null, cancellationToken);

    private Task SayAsync(string text, CancellationToken cancellationToken) =>
        _client.SaveBulkByteStateAsync(_store, [new StateWrite(KeyOf(_replica.Value), Encoding.UTF8.GetBytes(text))], cancellationToken);

    /// <summary>Strikes a replica without jobs off the list, unless it has shown a sign of life meanwhile.</summary>
    private async Task SignOffAsync(string replica, string lastWords, CancellationToken cancellationToken)
    {
        await _texts.ChangeAsync(Replicas, names => names.Remove(replica), cancellationToken);
        _seen.Remove(replica);
        StateEntry now = await ReadAsync(replica, cancellationToken);
        if (now.Value is not null && TextOf(now) != lastWords)
        {
            await _texts.ChangeAsync(Replicas, names => names.Add(replica), cancellationToken);
        }
        else if (now.Value is not null)
        {
            await _client.TryDeleteStateAsync(_store, KeyOf(replica), now.ETag, StateOptions.Strong, null, cancellationToken);
        }
    }

    private enum Taken
    {
        /// <summary>A job is ours now.</summary>
        Job,

        /// <summary>There was none that was still the other one's.</summary>
        Nothing,

        /// <summary>It stays the other one's: we don't have all of it, or can't read it.</summary>
        Left,
    }
}
