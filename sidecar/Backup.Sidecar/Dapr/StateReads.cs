namespace Backup.Sidecar.Dapr;

/// <summary>
/// Reads of state: over gRPC, which leaves values alone. Answers larger than it lets through are fetched in parts, a single such
/// value over HTTP, which limits requests only and gives single values as they are stored.
/// </summary>
internal sealed class StateReads(DaprGrpc grpc, DaprHttp http)
{
    public async Task<StateEntry> GetAsync(
        string storeName,
        string key,
        ConsistencyMode? consistency,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        string what = $"read the key {key} of {storeName}";
        try
        {
            ReadOnlyMemory<byte> answer = await grpc.CallAsync(
                what, "GetState", StateMessages.Get(storeName, key, consistency, metadata), isRepeatable: true, cancellationToken);
            return StateMessages.ReadEntry(key, answer.Span);
        }
        catch (DaprException exception) when (exception.IsTooLarge && key is not ("." or ".."))
        {
            return await GetOverHttpAsync(what, storeName, key, consistency, metadata, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<StateEntry>> GetAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> answer = await grpc.CallAsync(
                $"read {keys.Count} keys of {storeName}",
                "GetBulkState",
                StateMessages.GetBulk(storeName, keys, parallelism, metadata),
                isRepeatable: true,
                cancellationToken);
            return StateMessages.ReadBulk(answer.Span);
        }
        catch (DaprException exception) when (exception.IsTooLarge && keys.Count > 0)
        {
            if (keys is [string key])
            {
                return [await GetAsync(storeName, key, null, metadata, cancellationToken)];
            }

            int half = keys.Count / 2;
            return
            [
                .. await GetAsync(storeName, [.. keys.Take(half)], parallelism, metadata, cancellationToken),
                .. await GetAsync(storeName, [.. keys.Skip(half)], parallelism, metadata, cancellationToken),
            ];
        }
    }

    private async Task<StateEntry> GetOverHttpAsync(
        string what,
        string storeName,
        string key,
        ConsistencyMode? consistency,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        (string, string)[] query = consistency switch
        {
            ConsistencyMode.Strong => [("consistency", "strong")],
            ConsistencyMode.Eventual => [("consistency", "eventual")],
            _ => [],
        };
        DaprAnswer answer = await http.SendAsync(
            what,
            DaprHttpCall.Get($"v1.0/state/{DaprHttp.Segment(storeName)}/{DaprHttp.Segment(key)}{DaprHttp.Query(metadata, query)}"),
            cancellationToken);
        return answer.Status == System.Net.HttpStatusCode.NoContent
            ? new StateEntry(key, null, "", answer.Metadata)
            : new StateEntry(key, answer.Body, answer.ETag, answer.Metadata);
    }
}
