using System.Collections.Concurrent;
using System.Threading.Channels;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Operations;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Jobs;

/// <summary>
/// All jobs: takes requests in, knows what is going on, and hands jobs to workers. A request is accepted when it is in the
/// journal; nothing of the work has begun then.
/// </summary>
internal sealed class JobBook(
    IJobJournal journal, IJobClaims claims, QuietApplications applications, ServiceConfiguration configuration,
    JobEvents events, TimeProvider time, ILogger<JobBook> log)
{
    /// <summary>So long a request waits for this replica to be known to others; then it had better come again.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private const int ClaimedAtOnce = 16;

    private readonly ConcurrentDictionary<string, ActiveJob> _active = new(StringComparer.Ordinal);
    private readonly Channel<ActiveJob> _queue = Channel.CreateUnbounded<ActiveJob>(); // MaxQueued is its bound
    private int _queued;
    private volatile bool _isStopping;
    private volatile bool _hasLeft;

    /// <summary>Whether requests are taken.</summary>
    public bool IsAccepting => !_isStopping;

    /// <summary>Jobs that wait.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Jobs that run.</summary>
    public int Running => Math.Max(0, _active.Count - Queued);

    /// <summary>A job that runs.</summary>
    public ActiveJob Active(string id) =>
        _active.TryGetValue(id, out ActiveJob? active) ? active : throw new InvalidOperationException($"Job {id} does not run.");

    /// <summary>Whether it waits or runs here.</summary>
    public bool IsActive(string id) => _active.ContainsKey(id);

    /// <summary>Jobs for the workers, in the order of their acceptance.</summary>
    public ChannelReader<ActiveJob> Queue => _queue.Reader;

    /// <summary>Takes in a request.</summary>
    /// <returns>The job, and whether it is new: a request that was accepted before is the job that it became then.</returns>
    /// <exception cref="RequestException">It makes no sense, or is not taken now.</exception>
    /// <exception cref="JournalException">It can't be remembered, so it is not accepted.</exception>
    public async Task<(BackupJob Job, bool IsNew)> AcceptAsync(JobRequest request, JobOrigin origin, CancellationToken cancellationToken)
    {
        JobPlan plan = JobPlan.Of(request, configuration.Current);
        string? key = request.OperationId ?? origin.Key;
        if (key is { Length: 0 or > JobIdentity.MaxKeyLength })
        {
            throw new RequestException(RequestException.Invalid, $"The id of an operation has 1 to {JobIdentity.MaxKeyLength} characters.");
        }

        RefuseIfBusy();
        var job = new BackupJob
        {
            Id = JobIdentity.IdOf(key),
            Operation = plan.Operation,
            Policy = plan.Policy,
            Repository = plan.Repository,
            Door = origin.Door,
            OperationId = key,
            Request = plan.Request with { OperationId = key },
            Accepted = time.GetUtcNow(),
            TraceParent = origin.TraceParent,
        };
        Interlocked.Increment(ref _queued);
        JobClaim claim;
        BackupJob stored;
        try
        {
            claim = await ClaimAsync(job, cancellationToken);
            stored = claim is { IsOurs: true, Job.IsOver: false } ? await journal.AddAsync(claim.Job, CancellationToken.None) : claim.Job;
        }
        catch
        {
            Interlocked.Decrement(ref _queued);
            throw;
        }

        if (!claim.IsOurs || stored.IsOver || !ReferenceEquals(stored, claim.Job) || !TryEnqueue(new ActiveJob(stored)))
        {
            Interlocked.Decrement(ref _queued);
            return JobIdentity.IsSame(stored, job)
                ? (Newest(stored), false)
                : throw new RequestException(
                    RequestException.Conflict, $"The operation id «{key}» was used for another request already (job {stored.Id}). Choose a new one.");
        }

        events.Publish(JobEventKind.Queued, stored);
        if (claim.IsCancelWanted)
        {
            await CancelAsync(stored.Id, CancellationToken.None); // it came before, and was lost here since
        }

        return (stored, true);
    }

    /// <summary>Takes up what an earlier run of the service left, as far as no other replica has done so.</summary>
    /// <returns>How many jobs.</returns>
    public async Task<int> ResumeAsync(CancellationToken cancellationToken)
    {
        _hasLeft = false;
        BackupJob[] left = [.. (await journal.ListOpenAsync(cancellationToken)).Where(job => !IsActive(job.Id))];
        var found = new JobClaim?[left.Length];
        await Parallel.ForAsync(0, left.Length, new ParallelOptions { MaxDegreeOfParallelism = ClaimedAtOnce, CancellationToken = cancellationToken },
            async (i, token) => found[i] = await TryRetakeAsync(left[i], token));
        for (int i = 0; i < left.Length; i++)
        {
            if (found[i] is { } claim)
            {
                await (claim.IsOurs ? AdoptAsync(claim, cancellationToken) : journal.RemoveAsync(left[i].Id, cancellationToken));
            }
        }

        return found.Count(claim => claim is { IsOurs: true });
    }

    /// <summary>Goes on with a job that is ours now: does it, or announces its end, whichever is left to do.</summary>
    public async Task AdoptAsync(JobClaim claim, CancellationToken cancellationToken)
    {
        BackupJob job = claim.Job;
        var active = new ActiveJob(job);
        active.TryTake(); // until it is in the journal as one that waits; who wants to cancel it before leaves that to us
        if (!_active.TryAdd(job.Id, active))
        {
            active.Dispose();
            return;
        }

        try
        {
            job = await PrepareAsync(job, cancellationToken);
        }
        catch
        {
            GiveUp(active);
            throw;
        }

        if (job.IsOver)
        {
            GiveUp(active);
            Announce(job);
            return;
        }

        active.Update(_ => job);
        applications.ResumeLeft(active);
        if (claim.IsCancelWanted)
        {
            await active.CancelAsync();
        }

        Enqueue(active);
        if (active.IsCancelRequested && active.TryTakeToEnd())
        {
            await CancelWaitingAsync(active);
        }
    }

    /// <summary>One job as it is now.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public async Task<BackupJob> FindAsync(string id, CancellationToken cancellationToken) =>
        _active.TryGetValue(id, out ActiveJob? active) ? active.Job
        : await journal.FindAsync(id, cancellationToken) ?? await claims.FindAsync(id, cancellationToken)
            ?? throw new RequestException(RequestException.Unknown, $"There is no job «{id}».");

    /// <summary>Jobs as they are now, the newest first.</summary>
    public async Task<IReadOnlyList<BackupJob>> ListAsync(JobFilter filter, CancellationToken cancellationToken) =>
        [.. (await journal.ListAsync(filter, cancellationToken)).Select(Newest)];

    /// <summary>Stops a job, or keeps it from beginning. One that is over stays as it is.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public async Task<BackupJob> CancelAsync(string id, CancellationToken cancellationToken)
    {
        if (!_active.TryGetValue(id, out ActiveJob? active))
        {
            BackupJob job = await FindAsync(id, cancellationToken);
            return job.IsOver ? job : await claims.AskToCancelAsync(id, cancellationToken) ?? throw new RequestException(
                RequestException.Busy, $"The job {id} waits to be taken up again. Ask again later.");
        }

        BackupJob before = active.Job;
        await active.CancelAsync();
        return active.TryTakeToEnd() ? await CancelWaitingAsync(active) ?? await FindAsync(id, cancellationToken) : before;
    }

    /// <summary>A worker begins. It has taken the job.</summary>
    /// <returns>Null: another replica has it by now.</returns>
    public async Task<BackupJob?> BeginAsync(ActiveJob active)
    {
        Interlocked.Decrement(ref _queued);
        BackupJob job = active.Update(job => job with
        {
            State = JobState.Running,
            Started = time.GetUtcNow(),
            Attempts = job.Attempts + 1,
        });
        if (!await claims.TrySaveAsync(job, CancellationToken.None))
        {
            await ForgetAsync(active);
            return null;
        }

        await journal.SaveAsync(job, CancellationToken.None);
        events.Publish(JobEventKind.Started, job);
        return job;
    }

    /// <summary>A worker tells how far it is.</summary>
    public void Report(ActiveJob active, JobProgress progress) =>
        events.Publish(JobEventKind.Progress, active.Update(job => job with { Progress = progress }));

    /// <summary>A worker is done: how the job ended, or that it waits for the next start.</summary>
    /// <returns>Null: another replica has it by now, and what was done must not count.</returns>
    public async Task<BackupJob?> EndAsync(ActiveJob active, JobState state, JobResult? result, JobError? error)
    {
        BackupJob job = active.Update(job => job with
        {
            State = state,
            Ended = state == JobState.Queued ? null : time.GetUtcNow(),
            Progress = null,
            Request = state == JobState.Queued ? job.Request : job.Request.WithoutContent(),
            Result = result,
            Error = error,
        });
        if (!await claims.TrySaveAsync(job, CancellationToken.None))
        {
            await ForgetAsync(active);
            return null;
        }

        await journal.SaveAsync(job, CancellationToken.None);
        if (!job.IsOver)
        {
            Leave(active);
            return job;
        }

        GiveUp(active);
        Announce(job);
        return job;
    }

    /// <summary>Whether jobs of this replica were left before their end, to be taken up again by <see cref="ResumeAsync"/>.</summary>
    public bool HasLeft => _hasLeft;

    /// <summary>Gives up a job before its end: it is to be taken up again.</summary>
    public void Leave(ActiveJob active)
    {
        GiveUp(active);
        _hasLeft = true;
    }

    /// <summary>Knows a job from the journal only, as it is there.</summary>
    public void GiveUp(ActiveJob active) => _active.TryRemove(KeyValuePair.Create(active.Job.Id, active));

    /// <summary>Takes no more requests and hands out no more jobs. What waits goes on at the next start.</summary>
    public void Stop()
    {
        _isStopping = true;
        _queue.Writer.TryComplete();
    }

    /// <summary>Hands a job to the workers that somebody has taken until now.</summary>
    private void Enqueue(ActiveJob active)
    {
        Interlocked.Increment(ref _queued);
        active.PutBack();
        _queue.Writer.TryWrite(active); // false while the service stops: the next start takes it up
    }

    /// <summary>Ends a job that was taken before a worker did.</summary>
    /// <returns>Null: another replica has it by now.</returns>
    /// <exception cref="JournalException">That can't be recorded; a worker tries it again.</exception>
    private async Task<BackupJob?> CancelWaitingAsync(ActiveJob active)
    {
        Interlocked.Decrement(ref _queued);
        BackupJob before = active.Job;
        try
        {
            return await EndAsync(active, JobState.Cancelled, null, null);
        }
        catch (JournalException)
        {
            active.Update(_ => before);
            Enqueue(active);
            throw;
        }
    }

    /// <summary>Whose a job of the journal is; null if that can't be read: then it stays as it is.</summary>
    private async Task<JobClaim?> TryRetakeAsync(BackupJob job, CancellationToken cancellationToken)
    {
        try
        {
            return await claims.RetakeAsync(job, cancellationToken);
        }
        catch (JournalException exception) when (exception.IsUnreadable)
        {
            log.ClaimUnreadable(exception, job.Id);
            return null;
        }
    }

    private async Task<JobClaim> ClaimAsync(BackupJob job, CancellationToken cancellationToken)
    {
        try
        {
            TimeSpan lease = configuration.Current.Dapr.LeaseTime;
            await claims.WhenHeldAsync(cancellationToken).WaitAsync(lease < MaxWait ? lease : MaxWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new RequestException(RequestException.Busy, "The state store that replicas share jobs by can't be reached. Ask again later.");
        }

        // From here on it is accepted, whether whoever asked still waits or not: half a claim would be done some day all the same.
        return await claims.TakeAsync(job, CancellationToken.None);
    }

    private bool TryEnqueue(ActiveJob active)
    {
        if (!_active.TryAdd(active.Job.Id, active))
        {
            active.Dispose();
            return false;
        }

        _queue.Writer.TryWrite(active); // false while the service stops: the next start takes it up
        return true;
    }

    /// <summary>Puts a job into the journal that is taken up: as it ended, if it has, else as one that waits.</summary>
    private async Task<BackupJob> PrepareAsync(BackupJob job, CancellationToken cancellationToken)
    {
        if (await journal.FindAsync(job.Id, cancellationToken) is { IsOver: true } over)
        {
            job = over;
        }
        else if (!job.IsOver && GivenUp.Reason(job.Attempts) is { } reason && job.Quiesced is null) // else by a worker, when its application goes on
        {
            job = job with
            {
                State = JobState.Failed,
                Ended = time.GetUtcNow(),
                Progress = null,
                Request = job.Request.WithoutContent(),
                Error = reason,
            };
            await claims.TrySaveAsync(job, cancellationToken);
        }

        job = job.IsOver ? job : job with { State = JobState.Queued, Progress = null };
        await journal.SaveAsync(job, cancellationToken);
        return job;
    }

    private void Announce(BackupJob job)
    {
        events.Publish(JobEvents.EndOf(job), job);
        if (!journal.KeepsAnnouncements)
        {
            claims.Release(job.Id);
        }
    }

    private async Task ForgetAsync(ActiveJob active)
    {
        await journal.RemoveAsync(active.Job.Id, CancellationToken.None);
        GiveUp(active);
    }

    private void RefuseIfBusy()
    {
        if (_isStopping)
        {
            throw new RequestException(RequestException.Stopping, "The service is about to stop. Ask again when it is back.");
        }

        if (Queued >= configuration.Current.MaxQueued)
        {
            throw new RequestException(RequestException.Busy, $"{Queued} jobs wait already. Ask again later.");
        }
    }

    private BackupJob Newest(BackupJob job) => _active.TryGetValue(job.Id, out ActiveJob? active) ? active.Job : job;
}
