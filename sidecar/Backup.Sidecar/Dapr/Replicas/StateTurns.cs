using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Dapr.Replicas;

/// <summary>
/// Turns at repositories and applications in a state store: a document for each, which says whose it is. Nobody has to look after a turn that was
/// left: it is over when the job's claim says that the job is, or is somebody else's.
/// </summary>
internal sealed class StateTurns(IDaprClient client, string store, Func<string, CancellationToken, Task<ClaimDocument?>> find, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly StateDocuments _documents = new(client, store);

    /// <summary>Waits until it is a job's turn.</summary>
    /// <param name="key">The document of what it is the turn at.</param>
    /// <param name="mine">The job and its epoch.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DaprException">The store fails, or the job is another replica's by now.</exception>
    public async Task<IAsyncDisposable> TakeAsync(string key, StateTurn mine, CancellationToken cancellationToken)
    {
        while (true)
        {
            StateTurn? seen = Parse(await _documents.ReadAsync(key, cancellationToken));
            if (seen is null || seen == mine || !await HoldsAsync(seen, isWaitedFor: true, cancellationToken))
            {
                bool isOurs = false;
                await _documents.ChangeAsync(
                    key,
                    document =>
                    {
                        StateTurn? now = Parse(document);
                        isOurs = now == seen || now == mine; // nobody was faster
                        return isOurs && now != mine ? Encode(mine) : null;
                    },
                    cancellationToken);
                if (isOurs)
                {
                    // Whoever was thought dead meanwhile must not go on: its job may be done by somebody else already.
                    return await HoldsAsync(mine, isWaitedFor: false, cancellationToken)
                        ? new Held(this, key, mine)
                        : throw new DaprException($"Job {mine.JobId} is another replica's by now.");
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Whether the job still is what it was when it took its turn.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="isWaitedFor">No if nobody could take the job over: it would be waited for until its replica is back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task<bool> HoldsAsync(StateTurn turn, bool isWaitedFor, CancellationToken cancellationToken)
    {
        try
        {
            return await find(turn.JobId, cancellationToken) is { Job.State: JobState.Running } claim
                && claim.Epoch == turn.Epoch && !(isWaitedFor && claim.IsPartial);
        }
        catch (JournalException exception) when (exception.IsUnreadable)
        {
            return false; // nobody waits for what can't be understood: the repository's own locks are there
        }
    }

    private async Task ReleaseAsync(string key, StateTurn mine)
    {
        try
        {
            await _documents.ChangeAsync(key, document => Parse(document) == mine ? Encode(new StateTurn("", 0)) : null, CancellationToken.None);
        }
        catch (DaprException)
        {
            // Then it is over when the job is, which is recorded next.
        }
    }

    private static StateTurn? Parse(byte[]? document)
    {
        try
        {
            return document is not null && JsonSerializer.Deserialize(document, ServiceJson.OfJournal.StateTurn) is { JobId.Length: > 0 } turn ? turn : null;
        }
        catch (JsonException)
        {
            return null; // likewise
        }
    }

    private static byte[] Encode(StateTurn turn) => JsonSerializer.SerializeToUtf8Bytes(turn, ServiceJson.OfJournal.StateTurn);

    private sealed class Held(StateTurns turns, string key, StateTurn mine) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await turns.ReleaseAsync(key, mine);
    }
}
