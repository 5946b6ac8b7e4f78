using System.Net.Http.Headers;

namespace Backup.Engine.Storage.Rest;

/// <summary>Sends requests to one server and turns what goes wrong into the errors of a backend.</summary>
internal sealed class RestRequests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly RestAddress _address;
    private readonly HttpMessageInvoker _transport;
    private readonly TimeProvider _time;
    private volatile bool _isRclone;
    private volatile bool _hasAnswered;

    /// <summary>Requests over a transport, which is disposed with them.</summary>
    public RestRequests(RestAddress address, HttpMessageHandler transport, string location, TimeProvider time)
    {
        _address = address;
        _transport = new HttpMessageInvoker(transport, disposeHandler: true);
        _time = time;
        Location = location;
    }

    /// <summary>The repository's location without secrets.</summary>
    public string Location { get; }

    /// <summary>The version of HTTP that is spoken.</summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version11;

    /// <summary>How long nothing may move before the server has answered for the first time: more likely than a slow one is a wrong address.</summary>
    public TimeSpan FirstPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the server is rclone, which does some things differently. Known from its first answer on.</summary>
    public bool IsRclone
    {
        get => _isRclone;
        init => _isRclone = value;
    }

    /// <summary>Sends a request and reads its answer, whatever it is.</summary>
    /// <param name="call">The request.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="BackendException">There was no answer, or it broke off.</exception>
    public async Task<T> SendAsync<T>(
        RestCall call, Func<HttpResponseMessage, StallGuard, Task<T>> read, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(_hasAnswered ? Patience : FirstPatience, _time, cancellationToken);
        using HttpRequestMessage request = Request(call, guard);
        try
        {
            using HttpResponseMessage response = await _transport.SendAsync(request, guard.Token).ConfigureAwait(false);
            guard.Moved();
            _hasAnswered = true;
            _isRclone = _isRclone || response.Headers.Server.Any(server => server.Product?.Name == "rclone");
            return await read(response, guard).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackendException(
                $"The {call.What} of the repository {Location} can't be {call.Action}: the server does not answer.",
                isTransient: true,
                exception);
        }
        catch (Exception exception) when (RestErrors.IsKnown(exception))
        {
            throw RestErrors.Translate(exception, call.Action, call.What, Location);
        }
    }

    /// <summary>The error for an answer that is none of those hoped for.</summary>
    public BackendException Refused(RestCall call, HttpResponseMessage response) =>
        RestErrors.Of(response, call.Action, call.What, Location, _time.GetUtcNow());

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private HttpRequestMessage Request(RestCall call, StallGuard guard)
    {
        var request = new HttpRequestMessage(call.Method, call.Address)
        {
            Version = HttpVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = call.Content is { } bytes ? new UploadContent(bytes, guard) : null,
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(RestListing.Version2));
        request.Headers.Authorization = _address.Authorization;
        request.Headers.ExpectContinue = call.AsksFirst ? true : null;
        if (call.Range is { } range)
        {
            request.Headers.Range = new RangeHeaderValue(range.First, range.Last);
        }

        return request;
    }
}
