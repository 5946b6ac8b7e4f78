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
/// <param name="replica">Who we are.</param>
/// <param name="keep">How long jobs that are over are remembered.</param>
internal sealed class StateClaims(IDaprClient client, string store, ReplicaName replica, TimeSpan keep) : IJobClaims
{
    /// <summary>Documents that are larger leave the content out that their request brings along.</summary>
    public const int MaxDocumentBytes = 1024 * 1024;

    private const int MaxTries = 8;
    private const int MaxPauseInMilliseconds = 200;

    private readonly OpenJobs _open = new(new StateTexts(client, store), replica.Value);
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
        await _open.AddAsync(job.Id);
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

        _epochs.TryAdd(job.Id, there.Epoch);
        return new JobClaim(there.IsPartial && !there.Job.IsOver ? job : there.Job, true);
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
        return new JobClaim(there.Job.IsOver ? there.Job : job, true);
    });

    /// <summary>Takes a job away from a replica that has died.</summary>
    /// <returns>The job; null: there is nothing to be taken away. Or not all of it is there: then only its owner can do it.</returns>
    public Task<(BackupJob? Job, bool IsPartial)> TakeOverAsync(string id, string owner, CancellationToken cancellationToken) => TryAsync(id, async () =>
    {
        if (await LoadAsync(id, cancellationToken) is not (var there, var etag) || there.Owner != owner)
        {
            return ((BackupJob?)null, false);
        }

        if (there.IsPartial && !there.Job.IsOver)
        {
            return (null, true);
        }

        await _open.AddAsync(id);
        ClaimDocument ours = there with { Owner = replica.Value, Epoch = there.Epoch + 1 };
        if (!await client.TrySaveByteStateAsync(store, KeyOf(id), Encode(ours), etag, StateOptions.FirstWrite, MetadataOf(ours), cancellationToken))
        {
            throw new DaprException($"Job {id} was changed by somebody else just now."); // and looked at again
        }

        _epochs[id] = ours.Epoch;
        return (ours.Job, false);
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
            : throw new DaprException($"Job {job.Id} was changed by somebody else just now."); // whose it is now, the next try finds out
    });

    public async Task<BackupJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        await LoadAsync(id, cancellationToken) is (var there, _) ? there.Job : null;

    public void Release(string id)
    {
        _epochs.TryRemove(id, out _);
        _open.Remove(id);
    }

    private static string KeyOf(string id) => $"backup-job-{id}";

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
        return entry.Value is null
            ? null
            : (JsonSerializer.Deserialize(entry.Value, ServiceJson.OfJournal.ClaimDocument) ?? throw new JsonException($"The claim of job {id} is empty."), entry.ETag);
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
            catch (Exception exception) when (exception is DaprException or JsonException)
            {
                throw new JournalException($"Job {id} can't be shared with other replicas: {exception.Message}", exception);
            }
        }
    }
}
