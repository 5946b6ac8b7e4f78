namespace Backup.TestKit.Http;

/// <summary>Passes what an <see cref="HttpStub"/> is asked on to a real server: a proxy between the two.</summary>
public sealed class HttpForwarder(Uri server) : IDisposable
{
    private static readonly string[] OfTheConnection = ["Connection", "Content-Length", "Expect", "Transfer-Encoding", "Keep-Alive"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    /// <summary>Asks the server.</summary>
    public async Task<HttpStubAnswer> ForwardAsync(HttpStubRequest request)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(server, request.Target));
        if (request.Method is "POST" or "PUT")
        {
            message.Content = new ByteArrayContent(request.Body);
        }

        foreach ((string name, string value) in request.Headers.Where(header => !OfTheConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await _client.SendAsync(message, CancellationToken.None);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        long length = request.Method == "HEAD" ? response.Content.Headers.ContentLength ?? 0 : body.Length;
        IEnumerable<(string, string)> headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => !OfTheConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Select(header => (header.Key, string.Join(", ", header.Value)));
        return new HttpStubAnswer
        {
            Status = (int)response.StatusCode,
            Headers = [.. headers, ("Content-Length", $"{length}")],
            Body = body,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
