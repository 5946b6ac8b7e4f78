using System.Text;
using Backup.Engine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>Calls the configured applications.</summary>
internal sealed class ApplicationClients(ServiceConfiguration configuration) : IDisposable
{
    private const int MaxReason = 500;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>How an application is made to hold still for a job, and to go on.</summary>
    /// <exception cref="RequestException">It is not configured any more.</exception>
    public QuiesceHooks HooksOf(string name, BackupJob job)
    {
        ApplicationSettings settings = SettingsOf(name);
        return new QuiesceHooks
        {
            Quiesce = token => PostAsync(name, settings, "backup/quiesce", job, token),
            Resume = token => PostAsync(name, settings, "backup/resume", job, token),
            Timeout = settings.Timeout,
        };
    }

    public void Dispose() => _http.Dispose();

    private ApplicationSettings SettingsOf(string name) =>
        configuration.Current.Applications.GetValueOrDefault(name)
        ?? throw new RequestException(RequestException.Unknown, $"There is no application «{name}» in the configuration.");

    private async Task PostAsync(string name, ApplicationSettings settings, string path, BackupJob job, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(settings, path))
        {
            Content = new StringContent($$"""{"jobId":"{{job.Id}}"}""", Encoding.UTF8, "application/json"),
        };
        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            string reason = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new IOException(
                $"The application «{name}» answered POST /{path} with {(int)response.StatusCode}: {reason[..Math.Min(reason.Length, MaxReason)]}");
        }
    }

    private static Uri AddressOf(ApplicationSettings settings, string path) => new($"{settings.Url?.TrimEnd('/')}/{path}");
}
