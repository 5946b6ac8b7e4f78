using System.Collections.Concurrent;

namespace Backup.Sidecar.Dapr;

/// <summary>
/// Documents in a state store that several change at once, here and elsewhere: by compare and set, and once more when somebody was
/// faster. None is ever removed: on Redis versions begin again then, and who had seen the old ones would take the new for them.
/// </summary>
internal sealed class StateDocuments(IDaprClient client, string store)
{
    private const int MaxTries = 100;
    private const int MaxPauseInMilliseconds = 50;

    // Those here take turns; there are few documents.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Reads a document; null if there is none.</summary>
    public async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken) =>
        (await client.GetByteStateAndETagAsync(store, key, ConsistencyMode.Strong, null, cancellationToken)).Value;

    /// <summary>Changes a document, after whatever others have done to it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="change">
    /// Makes the new document of the old one; null: nothing is to be changed. It is called again if somebody was faster, and may find
    /// its own change then, since an answer may be lost.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="DaprException">The store fails, or others change the document all the time.</exception>
    public async Task<bool> ChangeAsync(string key, Func<byte[]?, byte[]?> change, CancellationToken cancellationToken)
    {
        SemaphoreSlim turn = _turns.GetOrAdd(key, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (int i = 0; i < MaxTries; i++)
            {
                StateEntry entry = await client.GetByteStateAndETagAsync(store, key, ConsistencyMode.Strong, null, cancellationToken);
                if (change(entry.Value) is not { } document)
                {
                    return false;
                }

                if (await TrySaveAsync(key, document, entry, cancellationToken))
                {
                    return true;
                }

                await Task.Delay(Random.Shared.Next(1, MaxPauseInMilliseconds), cancellationToken);
            }

            throw new DaprException($"The key {key} of {store} is changed by others all the time. Try again when less is going on.");
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> TrySaveAsync(string key, byte[] document, StateEntry old, CancellationToken cancellationToken)
    {
        try
        {
            return old.Value is null
                ? await client.TryCreateByteStateAsync(store, key, document, null, cancellationToken)
                : await client.TrySaveByteStateAsync(store, key, document, old.ETag, StateOptions.FirstWrite, null, cancellationToken);
        }
        catch (DaprException exception) when (exception.IsWithoutAnswer)
        {
            return false; // it may be done all the same: reading it again tells
        }
    }
}
