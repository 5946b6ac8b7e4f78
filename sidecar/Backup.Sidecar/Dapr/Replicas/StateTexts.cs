using System.Text;

namespace Backup.Sidecar.Dapr.Replicas;

/// <summary>Small documents of lines in a state store, which several replicas change.</summary>
internal sealed class StateTexts(IDaprClient client, string store)
{
    private const int MaxTries = 100;
    private const int MaxPauseInMilliseconds = 50;

    /// <summary>Reads a document; none is empty.</summary>
    public async Task<string[]> ReadAsync(string key, CancellationToken cancellationToken) => (await LoadAsync(key, cancellationToken)).Lines;

    /// <summary>Changes a document, after whatever others have done to it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="change">Adds and removes lines. It is called again if somebody was faster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ChangeAsync(string key, Action<HashSet<string>> change, CancellationToken cancellationToken)
    {
        for (int i = 0; i < MaxTries; i++)
        {
            (string[] old, string etag) = await LoadAsync(key, cancellationToken);
            var lines = old.ToHashSet(StringComparer.Ordinal);
            change(lines);
            if (lines.SetEquals(old))
            {
                return;
            }

            if (await TrySaveAsync(key, lines, etag, cancellationToken))
            {
                return;
            }

            await Task.Delay(Random.Shared.Next(1, MaxPauseInMilliseconds), cancellationToken);
        }

        throw new DaprException($"The key {key} of {store} is changed by others all the time. Try again when less is going on.");
    }

    /// <summary>Removes a document if it has no lines.</summary>
    public async Task RemoveEmptyAsync(string key, CancellationToken cancellationToken)
    {
        (string[] lines, string etag) = await LoadAsync(key, cancellationToken);
        if (lines.Length == 0 && etag.Length > 0)
        {
            await client.TryDeleteStateAsync(store, key, etag, StateOptions.Strong, null, cancellationToken); // unless it was changed just now
        }
    }

    private async Task<(string[] Lines, string ETag)> LoadAsync(string key, CancellationToken cancellationToken)
    {
        StateEntry entry = await client.GetByteStateAndETagAsync(store, key, ConsistencyMode.Strong, null, cancellationToken);
        return entry.Value is null
            ? ([], "")
            : (Encoding.UTF8.GetString(entry.Value).Split('\n', StringSplitOptions.RemoveEmptyEntries), entry.ETag);
    }

    private async Task<bool> TrySaveAsync(string key, HashSet<string> lines, string etag, CancellationToken cancellationToken)
    {
        // Not empty, since not every store keeps empty values.
        byte[] document = Encoding.UTF8.GetBytes(string.Join('\n', lines.Order(StringComparer.Ordinal)) + "\n");
        try
        {
            return etag.Length == 0
                ? await client.TryCreateByteStateAsync(store, key, document, null, cancellationToken)
                : await client.TrySaveByteStateAsync(store, key, document, etag, StateOptions.FirstWrite, null, cancellationToken);
        }
        catch (DaprException exception) when (exception.IsWithoutAnswer)
        {
            return false; // it may be done all the same: reading it again tells
        }
    }
}
