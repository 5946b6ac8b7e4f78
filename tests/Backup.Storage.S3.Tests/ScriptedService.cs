using System.Net;
using System.Text;

namespace Backup.Storage.S3.Tests;

/// <summary>A service that answers as a test wants, for what the real one at hand can't do or won't say.</summary>
internal sealed class ScriptedService(Func<ScriptedRequest, HttpResponseMessage> answer) : HttpMessageHandler
{
    /// <summary>What it was asked, in this order.</summary>
    public List<ScriptedRequest> Requests { get; } = [];

    /// <summary>A backend that talks to it.</summary>
    public S3Backend Backend(string place, S3Options? options = null, TimeProvider? time = null) => new(
        S3Location.Parse(place),
        (options ?? new S3Options()) with { Credentials = ("the-key-id", "the-secret", null) },
        new S3HttpClientFactory(this),
        time ?? TimeProvider.System);

    /// <summary>An answer without content.</summary>
    public static HttpResponseMessage Status(HttpStatusCode status) => new(status) { Content = new ByteArrayContent([]) };

    /// <summary>An answer with content.</summary>
    public static HttpResponseMessage Content(string content, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(content, Encoding.UTF8, "application/xml") };

    /// <summary>A refusal as the protocol has it.</summary>
    public static HttpResponseMessage Error(HttpStatusCode status, string code, string message = "It said so.") => Content(
        $"""<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message><AWSAccessKeyId>the-key-id</AWSAccessKeyId></Error>""",
        status);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
            .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        var seen = new ScriptedRequest(request.Method, request.RequestUri ?? throw new InvalidOperationException("No address."), headers, body);
        Requests.Add(seen);
        HttpResponseMessage response = answer(seen);
        response.RequestMessage = request;
        return response;
    }
}
