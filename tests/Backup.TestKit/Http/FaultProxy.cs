namespace Backup.TestKit.Http;

/// <summary>A proxy before a server that does something to each n-th request: one kind of fault after the other.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(100);

    private static readonly HttpFault[] Passing = [.. Enum.GetValues<HttpFault>().Where(fault => fault != HttpFault.Full)];

    private readonly HttpForwarder _server;
    private readonly int _every;
    private readonly HttpFault[] _kinds;
    private readonly HttpStub _stub;
    private int _requests;
    private int _faults;

    /// <summary>Starts it.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="every">Each so-many-th request gets a fault.</param>
    /// <param name="faults">Which; none: all that pass.</param>
    public FaultProxy(Uri server, int every, params HttpFault[] faults)
    {
        _kinds = faults.Length > 0 ? faults : Passing;
        _server = new HttpForwarder(server);
        _every = every;
        _stub = new HttpStub(AnswerAsync);
    }

    /// <summary>Which requests are counted. All, unless said otherwise.</summary>
    public Func<HttpStubRequest, bool> Counts { get; init; } = _ => true;

    /// <summary>Its address.</summary>
    public Uri Address => _stub.Address;

    /// <summary>How many faults there were.</summary>
    public int FaultCount => Volatile.Read(ref _faults);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stub.DisposeAsync();
        _server.Dispose();
    }

    private async Task<HttpStubAnswer> AnswerAsync(HttpStubRequest request)
    {
        if (!Counts(request) || Interlocked.Increment(ref _requests) % _every != 0)
        {
            return await _server.ForwardAsync(request);
        }

        switch (_kinds[Interlocked.Increment(ref _faults) % _kinds.Length])
        {
            case HttpFault.DropRequest:
                return HttpStubAnswer.Dropped;
            case HttpFault.DropAnswer:
                await _server.ForwardAsync(request);
                return HttpStubAnswer.Dropped;
            case HttpFault.TruncateAnswer:
                HttpStubAnswer answer = await _server.ForwardAsync(request);
                return answer with { CutAfter = answer.Body.Length / 2 };
            case HttpFault.RepeatRequest:
                await _server.ForwardAsync(request);
                return await _server.ForwardAsync(request);
            case HttpFault.TooMany:
                return HttpStubAnswer.Of(429, ("Retry-After", "1"));
            case HttpFault.ServerError:
                return HttpStubAnswer.Of(500);
            case HttpFault.Delay:
                await Task.Delay(Lateness);
                return await _server.ForwardAsync(request);
            case HttpFault.Full:
                return HttpStubAnswer.Of(507);
            default:
                return HttpStubAnswer.Of(503);
        }
    }
}
