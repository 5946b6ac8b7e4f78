using System.Text.Json;

namespace Backup.Sidecar.Dapr;

/// <summary>The secrets API.</summary>
internal sealed class SecretCalls(DaprHttp http)
{
    public async Task<IReadOnlyDictionary<string, string>> GetAsync(
        string storeName,
        string key,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        string what = $"read the secret {key} of {storeName}";
        DaprAnswer answer = await http.SendAsync(
            what,
            DaprHttpCall.Get($"v1.0/secrets/{DaprHttp.Segment(storeName)}/{DaprHttp.Segment(key)}{DaprHttp.Query(metadata)}"),
            cancellationToken);
        return answer.Body.Length == 0
            ? new Dictionary<string, string>()
            : DaprJson.Read(what, answer.Body, document => document.Deserialize(DaprJson.Default.DictionaryStringString) ?? []);
    }

    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(
        string storeName,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        string what = $"read the secrets of {storeName}";
        DaprAnswer answer = await http.SendAsync(
            what, DaprHttpCall.Get($"v1.0/secrets/{DaprHttp.Segment(storeName)}/bulk{DaprHttp.Query(metadata)}"), cancellationToken);
        Dictionary<string, Dictionary<string, string>> secrets = answer.Body.Length == 0
            ? []
            : DaprJson.Read(what, answer.Body, document => document.Deserialize(DaprJson.Default.DictionaryStringDictionaryStringString) ?? []);
        return secrets.ToDictionary(pair => pair.Key, IReadOnlyDictionary<string, string> (pair) => pair.Value);
    }
}
