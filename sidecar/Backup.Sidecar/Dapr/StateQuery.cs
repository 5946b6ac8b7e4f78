using System.Text;
using System.Text.Json;

namespace Backup.Sidecar.Dapr;

/// <summary>The query API for state, which is and stays alpha.</summary>
internal static class StateQuery
{
    public static async Task<StateQueryPage> SendAsync(
        DaprHttp http,
        string storeName,
        string jsonQuery,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        string what = $"query {storeName}";
        var call = new DaprHttpCall
        {
            Method = HttpMethod.Post,
            Path = $"v1.0-alpha1/state/{DaprHttp.Segment(storeName)}/query{DaprHttp.Query(metadata)}",
            Body = Encoding.UTF8.GetBytes(jsonQuery),
            IsRepeatable = true,
        };
        DaprAnswer answer = await http.SendAsync(what, call, cancellationToken);
        return answer.Body.Length == 0
            ? new StateQueryPage([], "")
            : DaprJson.Read(what, answer.Body, document => new StateQueryPage(
                document.RootElement.TryGetProperty("results", out JsonElement results)
                    ? [.. results.EnumerateArray().Select(ReadEntry)]
                    : [],
                DaprJson.Text(document.RootElement, "token") ?? ""));
    }

    private static StateEntry ReadEntry(JsonElement entry) => new(
        DaprJson.Text(entry, "key") ?? "",
        entry.TryGetProperty("data", out JsonElement data) ? Encoding.UTF8.GetBytes(data.GetRawText()) : null,
        DaprJson.Text(entry, "etag") ?? "",
        new Dictionary<string, string>())
    {
        Error = DaprJson.Text(entry, "error"),
    };
}
