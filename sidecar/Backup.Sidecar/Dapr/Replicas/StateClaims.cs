using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Dapr.Replicas;

/// <summary>
/// Claims in a state store: a document for each job, which is changed by compare and set. So of several replicas one gets a job,
/// and a replica that lost it finds out when it wants to record something, however long it was away.
/// </summary>
/// <param name="client">Dapr.</param>
/// <param name="store">The state store; it has versions.</param>
/// <param name="texts">Documents in it.</param>
/// <param name="replica">Who we are.</param>
/// <param name="keep">How long jobs that are over are remembered.</param>
/// <param name="time">The clock.</param>
internal sealed class StateClaims(IDaprClient client, string store, StateTexts texts, ReplicaName replica, TimeSpan keep, TimeProvider time) : IJobClaims
{
    /// <summary>Documents that are larger leave the content out that their request brings along.</summary>
    public const int MaxDocumentBytes = 1024 * 1024;

    private const int MaxTries = 8;
    private const int MaxPauseInMilliseconds = 200;

    private readonly OpenJobs _open = new(texts, replica.Value);
    private readonly ConcurrentDictionary<string, int> _epochs = new(StringComparer.Ordinal);
    private volatile TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public event Action? Lost;

    public bool IsShared => true;

    /// <summary>Whether others know that this replica is alive.</summary>
    public bool IsHeld => _held.Task.IsCompleted;

    public Task WhenHeldAsync(CancellationToken cancellationToken) => _held.Task.WaitAsync(cancellationToken);

    /// <summary>Others know that this replica is alive, and it has taken up its jobs.</summary>
    public void Hold() => _held.TrySetResult();

    /// <summary>Others may think that this replica is dead.</summary>
    public void Lose()
    {
        if (IsHeld)
        {
            _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Lost?.Invoke();
        }
    }

    public Task<JobClaim> TakeAsync(BackupJob job, CancellationToken cancellationToken) => TryAsync(job.Id, async () =>
    {
        // First where others look for it: a request that was answered is found by them, whatever happens to us.
        bool isNew = await _open.AddAsync(job.Id);
        var document = new ClaimDocument { Owner = replica.Value, Epoch = 1, Job = job };
        if (await client.TryCreateByteStateAsync(store, KeyOf(job.Id), Encode(document), null, cancellationToken))
        {
            _epochs[job.Id] = 1;
            return new JobClaim(job, true);
        }

        (ClaimDocument there, _) = await LoadAsync(job.Id, cancellationToken) ?? (document, "");
        if (there.Owner != replica.Value)
        {
            _open.Remove(job.Id);
            return new JobClaim(there.Job, false);
        }

        if (there.Job.IsOver && isNew)
        {
            _open.Remove(job.Id); // everybody has been told of its end, and it was removed then
        }

        _epochs.TryAdd(job.Id, there.Epoch);
        return new JobClaim(there.IsPartial && !there.Job.IsOver ? job : there.Job, true, there.IsCancelWanted);
    });

    public Task<JobClaim> RetakeAsync(BackupJob job, CancellationToken cancellationToken) => TryAsync(job.Id, async () =>
    {
        if (await LoadAsync(job.Id, cancellationToken) is not (var there, _))
        {
            return await TakeAsync(job, cancellationToken); // it was accepted before replicas shared jobs
        }

        if (there.Owner != replica.Value)
        {
            return new JobClaim(there.Job, false);
        }

        _epochs[job.Id] = there.Epoch;
        await _open.AddAsync(job.Id);
        return new JobClaim(there.Job.IsOver ? there.Job : job, true, there.IsCancelWanted);
    });

    /// <summary>Takes a job away from a replica that has died.</summary>
    /// <returns>The job; null: there is nothing to be taken away. One that is not ours all the same: only its owner has all of it.</returns>
    public Task<JobClaim?> TakeOverAsync(string id, string owner, CancellationToken cancellationToken) => TryAsync(id, async () =>
    {
        if (await LoadAsync(id, cancellationToken) is not (var there, var etag) || there.Owner != owner)
        {
            return (JobClaim?)null;
        }

        if (there.IsPartial && !there.Job.IsOver)
        {
            return new JobClaim(there.Job, false);
        }

        await _open.AddAsync(id);
        ClaimDocument ours = there with { Owner = replica.Value, Epoch = there.Epoch + 1 };
        if (!await client.TrySaveByteStateAsync(store, KeyOf(id), Encode(ours), etag, StateOptions.FirstWrite, MetadataOf(ours), cancellationToken))
        {
            throw Changed(id); // and looked at again
        }

        _epochs[id] = ours.Epoch;
        return new JobClaim(ours.Job, true, ours.IsCancelWanted);
    });

    public Task<bool> TrySaveAsync(BackupJob job, CancellationToken cancellationToken) => TryAsync(job.Id, async () =>
    {
        if (await LoadAsync(job.Id, cancellationToken) is not (var there, var etag))
        {
            throw new DaprException($"Job {job.Id} is not in the state store {store} any more.");
        }

        if (there.Owner != replica.Value || there.Epoch != _epochs.GetValueOrDefault(job.Id))
        {
            _epochs.TryRemove(job.Id, out _);
            return false;
        }

        ClaimDocument now = there with { Job = job };
        return await client.TrySaveByteStateAsync(store, KeyOf(job.Id), Encode(now), etag, StateOptions.FirstWrite, MetadataOf(now), cancellationToken)
            ? true
            : throw Changed(job.Id); // whose it is now, the next try finds out
    });

    public async Task<BackupJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        await LoadAsync(id, cancellationToken) is (var there, _) ? there.Job : null;

    public Task<BackupJob?> AskToCancelAsync(string id, CancellationToken cancellationToken) => TryAsync(id, async () =>
    {
        if (await LoadAsync(id, cancellationToken) is not (var there, var etag))
        {
            return null;
        }

        if (there.Job.IsOver)
        {
            return there.Job;
        }

        // In the claim, where whoever takes the job over finds it; then where its owner looks.
        ClaimDocument wish = there with { IsCancelWanted = true };
        if (!there.IsCancelWanted
            && !await client.TrySaveByteStateAsync(store, KeyOf(id), Encode(wish), etag, StateOptions.FirstWrite, null, cancellationToken))
        {
            throw Changed(id);
        }

        await texts.ChangeAsync(WishesOf(there.Owner), ids => ids.Add(id), cancellationToken);
        return there.Job;
    });

    /// <summary>The jobs of ours that others were asked to cancel since this was called last.</summary>
    public async Task<IReadOnlyList<string>> TakeWishesAsync(CancellationToken cancellationToken)
    {
        string[] ids = await texts.ReadAsync(WishesOf(replica.Value), cancellationToken);
        if (ids.Length > 0)
        {
            await texts.ChangeAsync(WishesOf(replica.Value), lines => lines.ExceptWith(ids), cancellationToken);
        }

        return ids;
    }

    public Task<IAsyncDisposable> TakeTurnAsync(BackupJob job, CancellationToken cancellationToken) =>
        TakeTurnAsync($"backup-turn-{job.Repository}", job, cancellationToken);

    public Task<IAsyncDisposable> TakeQuietTurnAsync(BackupJob job, string application, CancellationToken cancellationToken) =>
        TakeTurnAsync($"backup-quiet-{application}", job, cancellationToken);

    private Task<IAsyncDisposable> TakeTurnAsync(string key, BackupJob job, CancellationToken cancellationToken)
    {
        var turns = new StateTurns(
            client, store, async (id, token) => await LoadAsync(id, token) is (var there, _) ? there : null, time);
        return turns.TakeAsync(key, new StateTurn(job.Id, _epochs.GetValueOrDefault(job.Id)), cancellationToken); // 0: lost, and refused
    }

    public void Release(string id)
    {
        _epochs.TryRemove(id, out _);
        _open.Remove(id);
    }

    private static string KeyOf(string id) => $"backup-job-{id}";

    private static string WishesOf(string replica) => $"backup-cancel-{replica}";

    private static DaprException Changed(string id) => new($"Job {id} was changed by somebody else just now.");

    private static byte[] Encode(ClaimDocument document)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(document, ServiceJson.OfJournal.ClaimDocument);
        return bytes.Length <= MaxDocumentBytes
            ? bytes
            : JsonSerializer.SerializeToUtf8Bytes(document with { Job = document.Job.WithoutContent(), IsPartial = true }, ServiceJson.OfJournal.ClaimDocument);
    }

    private Dictionary<string, string>? MetadataOf(ClaimDocument document) => !document.Job.IsOver ? null : new Dictionary<string, string>
    {
        ["ttlInSeconds"] = ((long)keep.TotalSeconds).ToString(CultureInfo.InvariantCulture),
    };

    private async Task<(ClaimDocument Document, string ETag)?> LoadAsync(string id, CancellationToken cancellationToken)
    {
        StateEntry entry = await client.GetByteStateAndETagAsync(store, KeyOf(id), ConsistencyMode.Strong, null, cancellationToken);
        try
        {
            return entry.Value is null
                ? null
                : (JsonSerializer.Deserialize(entry.Value, ServiceJson.OfJournal.ClaimDocument) ?? throw new JsonException("It is empty."), entry.ETag);
        }
        catch (JsonException exception)
        {
            throw new JournalException($"What {store} has about job {id} makes no sense: {exception.Message}", exception) { IsUnreadable = true };
        }
    }

    /// <summary>Tries it a few times: versions change, and answers get lost, after which one has to look again.</summary>
    private static async Task<T> TryAsync<T>(string id, Func<Task<T>> action)
    {
        for (int i = 1; ; i++)
        {
            try
            {
                return await action();
            }
            catch (DaprException) when (i < MaxTries)
            {
                await Task.Delay(Random.Shared.Next(1, MaxPauseInMilliseconds));
            }
            catch (DaprException exception)
            {
                throw new JournalException($"Job {id} can't be shared with other replicas: {exception.Message}", exception);
            }
        }
    }
}
