using System.Text.Json.Nodes;
using Backup.Engine;

namespace Backup.Sidecar.Dapr.Sources;

/// <summary>Finds keys by a query, where the store can be asked. Its values are not used: some stores change numbers in them.</summary>
internal static class StateKeys
{
    private const int KeysAPage = 1000;

    /// <summary>All keys that a query finds.</summary>
    /// <exception cref="SourceException">The store can't be asked.</exception>
    public static async Task<IReadOnlyList<string>> FindAsync(IDaprClient dapr, string store, string query, CancellationToken cancellationToken)
    {
        JsonObject page = JsonNode.Parse(query)?.AsObject() ?? [];
        var keys = new List<string>();
        string token = "";
        do
        {
            page["page"] = token.Length > 0 ? new JsonObject { ["limit"] = KeysAPage, ["token"] = token } : new JsonObject { ["limit"] = KeysAPage };
            StateQueryPage found;
            try
            {
                found = await dapr.QueryStateAsync(store, page.ToJsonString(), null, cancellationToken);
            }
            catch (DaprException exception)
            {
                throw new SourceException($"The state store {store} can't be asked for its keys: {exception.Message} Name them, or let an application do so.", exception);
            }

            keys.AddRange(found.Results.Select(entry => entry.Key));
            token = found.Results.Count > 0 && found.Token != token ? found.Token : "";
        }
        while (token.Length > 0);
        return keys;
    }
}
