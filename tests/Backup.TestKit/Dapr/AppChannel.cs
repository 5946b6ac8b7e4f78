using System.Net.Http.Headers;

namespace Backup.TestKit.Dapr;

/// <summary>How daprd calls the application.</summary>
public sealed class AppChannel : IDisposable
{
    private readonly DaprDoubleOptions _options;
    private readonly SemaphoreSlim? _slots;

    internal AppChannel(DaprDoubleOptions options)
    {
        _options = options;
        _slots = options.AppMaxConcurrency is { } max ? new SemaphoreSlim(max) : null;
    }

    /// <summary>How many calls are running.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>The most that ever ran at once.</summary>
    public int MostRunning { get; private set; }

    private int _running;

    internal HttpClient? Client { get; set; }

    /// <summary>Calls the application. A slot is held until its answer is read.</summary>
    /// <exception cref="HttpRequestException">It is not there, or went away.</exception>
    internal async Task<AppAnswer> CallAsync(
        HttpMethod method,
        string path,
        byte[]? body = null,
        string? contentType = null,
        IEnumerable<KeyValuePair<string, string>>? headers = null,
        CancellationToken cancellationToken = default)
    {
        HttpClient client = Client ?? throw new HttpRequestException("The application is not there.");
        if (_slots is not null)
        {
            await _slots.WaitAsync(cancellationToken);
        }

        int running = Interlocked.Increment(ref _running);
        MostRunning = Math.Max(MostRunning, running);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path.TrimStart('/'), UriKind.Relative));
            if (body is not null)
            {
                // Not all of daprd's calls know how long their body is, so the application may not count on it.
                request.Content = new UnsizedContent(body);
                if (contentType is not null)
                {
                    request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
                }
            }

            if (_options.AppApiToken is { } token && path != _options.AppHealthCheckPath)
            {
                request.Headers.TryAddWithoutValidation("dapr-api-token", token);
            }

            foreach ((string name, string value) in headers ?? [])
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            return new AppAnswer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            _slots?.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots?.Dispose();
}
