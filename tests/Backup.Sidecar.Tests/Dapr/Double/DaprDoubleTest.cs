using System.Net.Http.Headers;
using System.Text;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Double;

/// <summary>A test of the double itself, with bare HTTP as anybody would send it.</summary>
public abstract class DaprDoubleTest : DaprTest
{
    private static readonly HttpClient Http = new();

    /// <summary>Calls the HTTP API.</summary>
    protected async Task<DaprHttpResult> CallAsync(
        HttpMethod method, string path, string? body = null, string? contentType = "application/json", string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, Dapr.HttpEndpoint + path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        return new DaprHttpResult(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }

    protected Task<DaprHttpResult> PostAsync(string path, string body, string? contentType = "application/json") =>
        CallAsync(HttpMethod.Post, path, body, contentType);

    protected Task<DaprHttpResult> GetAsync(string path) => CallAsync(HttpMethod.Get, path);

    /// <summary>Connects an application that answers every event in the same way.</summary>
    protected async Task<StubApp> SubscribeAsync(
        string subscription, Func<StubCall, (System.Net.HttpStatusCode Status, string Body)>? answer = null)
    {
        StubApp app = StubApp.Subscribing(subscription, answer);
        await Dapr.ConnectAppAsync(app);
        return app;
    }
}
