using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Backup.Sidecar.Dapr;

/// <summary>Calls of <see cref="IDaprClient"/> with objects instead of bytes, and those made of several.</summary>
internal static class DaprClientExtensions
{
    /// <summary>Publishes an object as JSON.</summary>
    public static Task PublishEventAsync<T>(
        this IDaprClient client,
        string pubsubName,
        string topicName,
        T data,
        JsonTypeInfo<T> type,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        client.PublishByteEventAsync(
            pubsubName, topicName, JsonSerializer.SerializeToUtf8Bytes(data, type), "application/json", metadata, cancellationToken);

    /// <summary>Reads an object, and its version; null and empty if there is none.</summary>
    /// <exception cref="JsonException">What is stored is no such object.</exception>
    public static async Task<(T? Value, string ETag)> GetStateAndETagAsync<T>(
        this IDaprClient client,
        string storeName,
        string key,
        JsonTypeInfo<T> type,
        ConsistencyMode? consistencyMode = null,
        CancellationToken cancellationToken = default)
        where T : class
    {
        StateEntry entry = await client.GetByteStateAndETagAsync(storeName, key, consistencyMode, null, cancellationToken);
        return (entry.Value is null ? null : JsonSerializer.Deserialize(entry.Value, type), entry.ETag);
    }

    /// <summary>Writes an object.</summary>
    public static Task SaveStateAsync<T>(
        this IDaprClient client,
        string storeName,
        string key,
        T value,
        JsonTypeInfo<T> type,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        client.SaveBulkByteStateAsync(
            storeName,
            [new StateWrite(key, JsonSerializer.SerializeToUtf8Bytes(value, type)) { Options = stateOptions, Metadata = metadata }],
            cancellationToken);

    /// <summary>Writes an object if its version is still this one.</summary>
    /// <returns>False if it is not.</returns>
    public static Task<bool> TrySaveStateAsync<T>(
        this IDaprClient client,
        string storeName,
        string key,
        T value,
        JsonTypeInfo<T> type,
        string etag,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        client.TrySaveByteStateAsync(
            storeName, key, JsonSerializer.SerializeToUtf8Bytes(value, type), etag, stateOptions, metadata, cancellationToken);

    /// <summary>
    /// Writes a key that is not there yet. Stores word «there is one» very differently, some as any failure, and an answer may
    /// be lost on its way: so after any failure the store is asked what it has. All who write the key must write it so.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="storeName">The component.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The bytes; unlike what others write, so that one's own are known again.</param>
    /// <param name="metadata">Such as <c>ttlInSeconds</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False if another value is there.</returns>
    public static async Task<bool> TryCreateByteStateAsync(
        this IDaprClient client,
        string storeName,
        string key,
        ReadOnlyMemory<byte> value,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            var item = new StateWrite(key, value) { Options = StateOptions.FirstWrite, Metadata = metadata };
            await client.SaveBulkByteStateAsync(storeName, [item], cancellationToken);
            return true;
        }
        catch (DaprException)
        {
            StateEntry entry = await client.GetByteStateAndETagAsync(
                storeName, key, ConsistencyMode.Strong, null, cancellationToken);
            if (entry.Value is null)
            {
                throw;
            }

            return value.Span.SequenceEqual(entry.Value);
        }
    }
}
