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

    private readonly StateClaims? _claims;
    private readonly JobBook _book;
    private readonly IDaprClient? _client;
    private readonly ReplicaName _replica;
    private readonly TimeProvider _time;
    private readonly ILogger<ReplicaWatch> _log;
    private readonly string _store;
    private readonly TimeSpan _lease;
    private readonly ITimer _expiry;
    private readonly Dictionary<string, (string Text, long Since)> _seen = new(StringComparer.Ordinal);
    private readonly string _run = Guid.NewGuid().ToString("N");
    private long _beat;
    private long _heard;

    public ReplicaWatch(
        IJobClaims claims,
        JobBook book,
        DaprAccess dapr,
        ServiceConfiguration configuration,
        ReplicaName replica,
        TimeProvider time,
        ILogger<ReplicaWatch> log)
    {
        (_claims, _book, _client, _replica, _time, _log) = (claims as StateClaims, book, dapr.Client, replica, time, log);
        (_store, _lease) = (configuration.Current.Dapr.ClaimStore, configuration.Current.Dapr.LeaseTime);

        _expiry = time.CreateTimer(_ => _claims?.Lose(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>So long after a sign of life we may be sure that nobody thinks us dead.</summary>
    private TimeSpan Trust => _lease * 2 / 3;

    private StateTexts Texts => new(_client!, _store); // there is one wherever there are claims

    /// <summary>Jobs that are left go to others at once.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _expiry.DisposeAsync();
        if (_claims is not { IsHeld: true })
        {
            return;
        }

        try
        {
            IReadOnlyList<string> left = await OpenJobs.ReadAsync(Texts, _replica.Value, cancellationToken);
            await (left.Count > 0 ? SayAsync(Leaving, cancellationToken) : SignOffAsync(_replica.Value, cancellationToken));
        }
        catch (DaprException exception)
        {
            _log.LeaseFailed(exception); // others find out when the lease is over
        }
    }

    // Two loops: what there is to take up or over may take longer than others wait for a sign of life.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _claims is { } claims
        ? Task.WhenAll(RepeatAsync(BeatAsync, stoppingToken), RepeatAsync(token => LookAsync(claims, token), stoppingToken))
        : Task.CompletedTask;

    private static string KeyOf(string replica) => $"backup-replica-{replica}";

    private async Task RepeatAsync(Func<CancellationToken, Task> action, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await action(stoppingToken);
            }
            catch (Exception exception) when (exception is DaprException or JournalException)
            {
                _log.LeaseFailed(exception);
            }

            await Task.Delay(_lease / 4, _time, stoppingToken);
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        await SayAsync(string.Create(CultureInfo.InvariantCulture, $"{_run} {++_beat}"), cancellationToken);
        TimeSpan left = Trust - _time.GetElapsedTime(start);
        if (left > TimeSpan.Zero)
        {
            Volatile.Write(ref _heard, start);
            _expiry.Change(left, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task LookAsync(StateClaims claims, CancellationToken cancellationToken)
    {
        await Texts.ChangeAsync(Replicas, names => names.Add(_replica.Value), cancellationToken);
        if (!claims.IsHeld || _book.HasLeft)
        {
            await TakeUpAsync(claims, cancellationToken);
            if (!claims.IsHeld && _time.GetElapsedTime(Volatile.Read(ref _heard)) < Trust)
            {
                claims.Hold();
            }
        }

        foreach (string other in await Texts.ReadAsync(Replicas, cancellationToken))
        {
            if (other != _replica.Value && await IsGoneAsync(other, cancellationToken))
            {
                await TakeOverAsync(claims, other, cancellationToken);
            }
        }
    }

    /// <summary>Takes up what this replica left: what is in its journal, and what only the store has, since it died in between.</summary>
    private async Task TakeUpAsync(StateClaims claims, CancellationToken cancellationToken)
    {
        int resumed = await _book.ResumeAsync(cancellationToken);
        foreach (string id in await OpenJobs.ReadAsync(Texts, _replica.Value, cancellationToken))
        {
            if (_book.IsActive(id))
            {
                continue;
            }

            (BackupJob? job, bool isPartial) = await claims.TakeOverAsync(id, _replica.Value, cancellationToken);
            if (job is not null)
            {
                await _book.AdoptAsync(job, cancellationToken);
            }
            else if (!isPartial)
            {
                claims.Release(id);
            }
        }

        if (resumed > 0)
        {
            _log.Resumed(resumed);
        }
    }

    private async Task<bool> IsGoneAsync(string other, CancellationToken cancellationToken)
    {
        StateEntry entry = await _client!.GetByteStateAndETagAsync(_store, KeyOf(other), ConsistencyMode.Strong, null, cancellationToken);
        string text = Encoding.UTF8.GetString(entry.Value ?? []);
        if (!_seen.TryGetValue(other, out (string Text, long Since) last) || last.Text != text)
        {
            _seen[other] = last = (text, _time.GetTimestamp());
        }

        return text == Leaving || _time.GetElapsedTime(last.Since) > _lease;
    }

    private async Task TakeOverAsync(StateClaims claims, string other, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> ids = await OpenJobs.ReadAsync(Texts, other, cancellationToken);
        int count = 0;
        var gone = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            ids,
            new ParallelOptions { MaxDegreeOfParallelism = TakenOverAtOnce, CancellationToken = cancellationToken },
            async (id, token) =>
            {
                (BackupJob? job, bool isPartial) = await claims.TakeOverAsync(id, other, token);
                if (job is not null)
                {
                    await _book.AdoptAsync(job, token);
                    Interlocked.Increment(ref count);
                }

                if (!isPartial)
                {
                    gone.Enqueue(id);
                }
            });
        await OpenJobs.RemoveAsync(Texts, other, gone, cancellationToken);
        if (count > 0)
        {
            _log.ReplicaGone(other, count);
        }

        if (gone.Count == ids.Count)
        {
            await SignOffAsync(other, cancellationToken);
        }
    }

    private Task SayAsync(string text, CancellationToken cancellationToken) =>
        _client!.SaveBulkByteStateAsync(_store, [new StateWrite(KeyOf(_replica.Value), Encoding.UTF8.GetBytes(text))], cancellationToken);

    /// <summary>Leaves nothing of a replica without jobs. One that is alive after all comes back at its next beat.</summary>
    private async Task SignOffAsync(string replica, CancellationToken cancellationToken)
    {
        await OpenJobs.RemoveEmptyAsync(Texts, replica, cancellationToken);
        await Texts.ChangeAsync(Replicas, names => names.Remove(replica), cancellationToken);
        await _client!.DeleteStateAsync(_store, KeyOf(replica), null, null, cancellationToken);
        _seen.Remove(replica);
    }
}
