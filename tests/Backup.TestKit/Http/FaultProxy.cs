namespace Backup.TestKit.Http;

/// <summary>A proxy before a server that does something to each n-th request: one kind of fault after the other.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private static readonly HttpFault[] Faults = Enum.GetValues<HttpFault>();

    private readonly HttpForwarder _server;
    private readonly int _every;
    private readonly HttpStub _stub;
    private int _requests;
    private int _faults;

    /// <summary>Starts it.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="every">Each so-many-th request gets a fault.</param>
    public FaultProxy(Uri server, int every)
    {
        _server = new HttpForwarder(server);
        _every = every;
        _stub = new HttpStub(AnswerAsync);
    }

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
        if (Interlocked.Increment(ref _requests) % _every != 0)
        {
            return await _server.ForwardAsync(request);
        }

        switch (Faults[Interlocked.Increment(ref _faults) % Faults.Length])
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
            default:
                return HttpStubAnswer.Of(503);
        }
    }
}
