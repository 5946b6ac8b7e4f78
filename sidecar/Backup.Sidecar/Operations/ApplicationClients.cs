using System.Text;
using System.Text.Json;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Operations;

/// <summary>Calls the configured applications.</summary>
internal sealed class ApplicationClients(ServiceConfiguration configuration, DaprAccess dapr, TimeProvider time) : IDisposable
{
    private const int MaxReason = 500;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Makes an application hold still for a job.</summary>
    /// <exception cref="RequestException">It is not configured any more.</exception>
    public Task QuiesceAsync(string name, string jobId, CancellationToken cancellationToken) => PostAsync(name, "backup/quiesce", jobId, cancellationToken);

    /// <summary>Lets it go on. That is not cancelled with a job: nobody else would tell the application.</summary>
    /// <exception cref="RequestException">It is not configured any more.</exception>
    public Task ResumeAsync(string name, string jobId) => PostAsync(name, "backup/resume", jobId, CancellationToken.None);

    /// <summary>What an application says is worth keeping.</summary>
    public async Task<ApplicationManifest> ManifestAsync(string name, CancellationToken cancellationToken)
    {
        ApplicationSettings settings = SettingsOf(name);
        using HttpRequestMessage request = NewRequest(settings, HttpMethod.Get, "backup/manifest");
        using var limit = new StallLimit(settings.Timeout, WhoIs(name), time, cancellationToken);
        return await limit.AwaitAsync(async token =>
        {
            using HttpResponseMessage response = await SendAsync(name, settings, request, token);
            byte[] body = await response.Content.ReadAsByteArrayAsync(token); // as a whole: else it may have nulls
            return JsonSerializer.Deserialize(body, ServiceJson.OfJournal.ApplicationManifest)
                ?? throw new JsonException($"The application «{name}» has an empty manifest.");
        });
    }

    /// <summary>Opens what an application exports. The caller disposes it.</summary>
    public async Task<ApplicationExport> ExportAsync(string name, CancellationToken cancellationToken)
    {
        ApplicationSettings settings = SettingsOf(name);
        using HttpRequestMessage request = NewRequest(settings, HttpMethod.Get, "backup/export");
        using var limit = new StallLimit(settings.Timeout, WhoIs(name), time, cancellationToken);
        HttpResponseMessage response = await limit.AwaitAsync(token => SendAsync(name, settings, request, token));
        var bodyLimit = new StallLimit(settings.StallTimeout, WhoIs(name), time, cancellationToken);
        return new ApplicationExport(response, bodyLimit, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>Gives an application back what it exported.</summary>
    /// <param name="name">The application.</param>
    /// <param name="makeContent">Makes what is sent; it gets the limit of the request.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ImportAsync(string name, Func<StallLimit, HttpContent> makeContent, CancellationToken cancellationToken)
    {
        ApplicationSettings settings = SettingsOf(name);
        using HttpRequestMessage request = NewRequest(settings, HttpMethod.Post, "backup/import");
        using var limit = new StallLimit(settings.StallTimeout, WhoIs(name), time, cancellationToken);
        request.Content = makeContent(limit);
        using HttpResponseMessage response = await limit.AwaitAsync(token => SendAsync(name, settings, request, token));
    }

    public void Dispose() => _http.Dispose();

    private static string WhoIs(string name) => $"The application «{name}»";

    private ApplicationSettings SettingsOf(string name) =>
        configuration.Current.Applications.GetValueOrDefault(name)
        ?? throw new RequestException(RequestException.Unknown, $"There is no application «{name}» in the configuration.");

    private async Task PostAsync(string name, string path, string jobId, CancellationToken cancellationToken)
    {
        ApplicationSettings settings = SettingsOf(name);
        using HttpRequestMessage request = NewRequest(settings, HttpMethod.Post, path);
        request.Content = new StringContent($$"""{"jobId":"{{jobId}}"}""", Encoding.UTF8, "application/json");
        using var limit = new StallLimit(settings.Timeout, WhoIs(name), time, cancellationToken);
        using HttpResponseMessage response = await limit.AwaitAsync(token => SendAsync(name, settings, request, token));
    }

    /// <summary>Sends a request and reads the head of its answer, which must be a good one.</summary>
    private async Task<HttpResponseMessage> SendAsync(
        string name, ApplicationSettings settings, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = settings.AppId is null
            ? await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : await dapr.Required.InvokeMethodWithResponseAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            string reason = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new IOException(
                $"The application «{name}» answered {request.Method} {request.RequestUri?.AbsolutePath} with {(int)response.StatusCode}: "
                + reason[..Math.Min(reason.Length, MaxReason)]);
        }
    }

    private HttpRequestMessage NewRequest(ApplicationSettings settings, HttpMethod method, string path) => settings.AppId is { } id
        ? dapr.Required.CreateInvokeMethodRequest(method, id, path)
        : new HttpRequestMessage(method, new Uri($"{settings.Url?.TrimEnd('/')}/{path}"));
}
