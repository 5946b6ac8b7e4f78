using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Shop;

/// <summary>Orders in Dapr state: a key for each, and one with all their ids, because Dapr can't list keys.</summary>
/// <param name="dapr">Talks to the Dapr sidecar.</param>
internal sealed class Orders(HttpClient dapr) : IDisposable
{
    private const string Store = "v1.0/state/shop-state";
    private const string Index = "order-ids";

    private readonly SemaphoreSlim _writing = new(1);
    private volatile bool _isHeld;

    /// <summary>Writes an order.</summary>
    /// <returns>False: not now, a backup is being made.</returns>
    public async Task<bool> TrySaveAsync(string id, string order, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_isHeld)
            {
                return false;
            }

            await SaveAsync([KeyValuePair.Create(id, order)], cancellationToken);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Reads an order; null if there is none.</summary>
    public async Task<string?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await ReadAsync(KeyOf(id), cancellationToken))?.GetValue<string>();

    /// <summary>All keys that the orders need.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) =>
        [Index, .. (await IdsAsync(cancellationToken)).Select(KeyOf)];

    /// <summary>Waits for what is being written, and lets nothing more be.</summary>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        _isHeld = true;
        _writing.Release();
    }

    /// <summary>Lets orders be written again.</summary>
    public void GoOn() => _isHeld = false;

    /// <summary>All orders by their ids.</summary>
    public async Task<JsonObject> ExportAsync(CancellationToken cancellationToken)
    {
        var all = new JsonObject();
        foreach (string id in await IdsAsync(cancellationToken))
        {
            all[id] = await FindAsync(id, cancellationToken);
        }

        return all;
    }

    /// <summary>Writes orders that were exported.</summary>
    public async Task ImportAsync(JsonObject all, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await SaveAsync([.. all.Select(order => KeyValuePair.Create(order.Key, order.Value?.GetValue<string>() ?? ""))], cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private static string KeyOf(string id) => $"order-{id}";

    private async Task<IReadOnlyList<string>> IdsAsync(CancellationToken cancellationToken) =>
        [.. ((await ReadAsync(Index, cancellationToken))?.AsArray() ?? []).Select(id => id?.GetValue<string>() ?? "")];

    private async Task SaveAsync(IReadOnlyList<KeyValuePair<string, string>> orders, CancellationToken cancellationToken)
    {
        IEnumerable<string> ids = (await IdsAsync(cancellationToken)).Union(orders.Select(order => order.Key));
        var items = new JsonArray([.. orders.Select(order => (JsonNode)new JsonObject { ["key"] = KeyOf(order.Key), ["value"] = order.Value })])
        {
            new JsonObject { ["key"] = Index, ["value"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]) },
        };
        using var content = new StringContent(items.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await dapr.PostAsync(new Uri(Store, UriKind.Relative), content, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private async Task<JsonNode?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await dapr.GetAsync(new Uri($"{Store}/{Uri.EscapeDataString(key)}", UriKind.Relative), cancellationToken);
        response.EnsureSuccessStatusCode();
        return response.StatusCode == HttpStatusCode.NoContent ? null : JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
    }
}
