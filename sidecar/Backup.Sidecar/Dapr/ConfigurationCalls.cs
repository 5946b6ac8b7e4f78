using System.Text.Json;

namespace Backup.Sidecar.Dapr;

/// <summary>The configuration API.</summary>
internal sealed class ConfigurationCalls(DaprHttp http)
{
    public async Task<IReadOnlyDictionary<string, ConfigurationItem>> GetAsync(
        string storeName,
        IReadOnlyList<string> keys,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        string what = $"read the configuration of {storeName}";
        DaprAnswer answer = await http.SendAsync(
            what,
            DaprHttpCall.Get($"v1.0/configuration/{DaprHttp.Segment(storeName)}{DaprHttp.Query(metadata, Keys(keys))}"),
            cancellationToken);
        return answer.Body.Length == 0
            ? new Dictionary<string, ConfigurationItem>()
            : DaprJson.Read(what, answer.Body, document => document.Deserialize(DaprJson.Default.DictionaryStringConfigurationItem) ?? []);
    }

    public async Task<string> SubscribeAsync(
        string storeName,
        IReadOnlyList<string> keys,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        string what = $"subscribe to the configuration of {storeName}";
        var call = new DaprHttpCall
        {
            Method = HttpMethod.Get,
            Path = $"v1.0/configuration/{DaprHttp.Segment(storeName)}/subscribe{DaprHttp.Query(metadata, Keys(keys))}",
        };
        DaprAnswer answer = await http.SendAsync(what, call, cancellationToken);
        return DaprJson.Read(what, answer.Body, document =>
            DaprJson.Text(document.RootElement, "id") ?? throw new FormatException("The answer has no id."));
    }

    public async Task<bool> UnsubscribeAsync(string storeName, string id, CancellationToken cancellationToken)
    {
        try
        {
            await http.SendAsync(
                $"unsubscribe from the configuration of {storeName}",
                new DaprHttpCall
                {
                    Method = HttpMethod.Get,
                    Path = $"v1.0/configuration/{DaprHttp.Segment(storeName)}/{DaprHttp.Segment(id)}/unsubscribe",
                },
                cancellationToken);
            return true;
        }
        catch (DaprException exception) when (exception.Detail.Contains(id, StringComparison.Ordinal))
        {
            return false; // it names the subscription: there is none, as after a restart of daprd
        }
    }

    private static IEnumerable<(string Name, string Value)> Keys(IReadOnlyList<string> keys) => keys.Select(key => ("key", key));
}
