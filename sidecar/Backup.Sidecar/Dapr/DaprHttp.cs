using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Backup.Sidecar.Dapr;

/// <summary>Calls daprd's HTTP API. Trace context goes along by itself: the handler adds it from the current activity.</summary>
internal sealed class DaprHttp(HttpClient client, DaprOptions options, DaprRetry retry)
{
    private const string TokenHeader = "dapr-api-token";
    private const string MetadataPrefix = "metadata.";

    /// <summary>Makes a call and reads the whole answer.</summary>
    /// <param name="what">What it does, for messages.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DaprException">It failed, or daprd is not there.</exception>
    public Task<DaprAnswer> SendAsync(string what, DaprHttpCall call, CancellationToken cancellationToken) =>
        retry.RunAsync(
            what,
            call.IsRepeatable,
            async token =>
            {
                using HttpRequestMessage request = Request(call);
                using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                byte[] body = await response.Content.ReadAsByteArrayAsync(token);
                return response.IsSuccessStatusCode
                    ? new DaprAnswer(response.StatusCode, body, MetadataOf(response.Headers), ETagOf(response.Headers))
                    : throw Error(what, response.StatusCode, body);
            },
            cancellationToken);

    /// <summary>Passes a request on as it is, with daprd's token, and gives the answer while it still streams.</summary>
    public async Task<HttpResponseMessage> ForwardAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        AddToken(request);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>The address of a path of the API.</summary>
    /// <param name="path">Without a slash before it; its segments escaped.</param>
    public Uri AddressOf(string path) => new(options.HttpEndpoint.AbsoluteUri.TrimEnd('/') + "/" + path);

    /// <summary>A name as one segment of a path. daprd takes a plus for a blank and slashes for ends of segments.</summary>
    /// <exception cref="ArgumentException">No name that can be said in a path.</exception>
    public static string Segment(string name) => name is "" or "." or ".."
        ? throw new ArgumentException($"«{name}» can't be the name of anything that is reached through Dapr's HTTP API.", nameof(name))
        : Uri.EscapeDataString(name);

    /// <summary>Metadata as a query: a question mark and more, or nothing.</summary>
    public static string Query(IReadOnlyDictionary<string, string>? metadata, params IEnumerable<(string Name, string Value)> others)
    {
        IEnumerable<(string Name, string Value)> all =
            others.Concat(metadata?.Select(pair => (MetadataPrefix + pair.Key, pair.Value)) ?? []);
        string query = string.Join('&', all.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));
        return query.Length == 0 ? "" : "?" + query;
    }

    private HttpRequestMessage Request(DaprHttpCall call)
    {
        var request = new HttpRequestMessage(call.Method, AddressOf(call.Path));
        if (call.Body is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
        }

        AddToken(request);
        return request;
    }

    private void AddToken(HttpRequestMessage request)
    {
        if (options.ApiToken is { } token)
        {
            request.Headers.TryAddWithoutValidation(TokenHeader, token);
        }
    }

    private static Dictionary<string, string> MetadataOf(HttpResponseHeaders headers)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            if (name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            {
                metadata[name[MetadataPrefix.Length..]] = values.ToString();
            }
        }

        return metadata;
    }

    private static string ETagOf(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("ETag", out HeaderStringValues values) ? values.ToString() : "";

    private static DaprException Error(string what, HttpStatusCode status, byte[] body)
    {
        string text = Encoding.UTF8.GetString(body);
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                ? DaprException.OfHttp(what, status, DaprJson.Text(root, "errorCode"), DaprJson.Text(root, "message") ?? text, body)
                : DaprException.OfHttp(what, status, null, text, body);
        }
        catch (JsonException)
        {
            return DaprException.OfHttp(what, status, null, text, body); // plain text, as for a wrong token
        }
    }
}
