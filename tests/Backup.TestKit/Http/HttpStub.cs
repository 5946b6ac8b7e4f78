using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Backup.TestKit.Http;

/// <summary>
/// A server of HTTP/1.1 that answers as a test says, also as no decent server would: too little, something else, or not at all.
/// </summary>
public sealed class HttpStub : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<HttpStubRequest> _requests = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<HttpStubRequest, Task<HttpStubAnswer>> _answer;
    private readonly Task _accepting;
    private int _count;

    /// <summary>Starts it.</summary>
    /// <param name="answer">Answers a request; may be called concurrently.</param>
    public HttpStub(Func<HttpStubRequest, Task<HttpStubAnswer>> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}/");
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Starts one that answers at once.</summary>
    public HttpStub(Func<HttpStubRequest, HttpStubAnswer> answer)
        : this(request => Task.FromResult(answer(request)))
    {
    }

    /// <summary>Answers before it has read what is sent to it, as servers do that refuse it, and closes then.</summary>
    public Func<string, HttpStubAnswer?> AnswersHead { get; init; } = _ => null;

    /// <summary>Its address, with a slash at the end.</summary>
    public Uri Address { get; }

    /// <summary>All requests that were read completely.</summary>
    public IReadOnlyList<HttpStubRequest> Requests => [.. _requests];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_end.Token);
                socket.NoDelay = true;
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The end, maybe before it began.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using (socket)
            {
                await using var stream = new NetworkStream(socket);
                while (await ServeOneAsync(stream))
                {
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // The client, or the test, has gone.
        }
    }

    private async Task<bool> ServeOneAsync(NetworkStream stream)
    {
        if (await ReadHeadAsync(stream) is not { } head)
        {
            return false;
        }

        string[] lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(
            parts => parts[0].Trim(), parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase);
        if (AnswersHead(first[0]) is { } early)
        {
            await WriteAsync(stream, early, isHead: false);
            return false;
        }

        if (headers.ContainsKey("Expect"))
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _end.Token);
        }

        byte[] body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _end.Token);
        var request = new HttpStubRequest(first[0], first[1], headers, body) { Number = Interlocked.Increment(ref _count) };
        _requests.Enqueue(request);
        return await WriteAsync(stream, await _answer(request), isHead: request.Method == "HEAD");
    }

    private async Task<bool> WriteAsync(NetworkStream stream, HttpStubAnswer answer, bool isHead)
    {
        if (answer.IsDropped)
        {
            return false;
        }

        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} As Told\r\n");
        foreach ((string name, string value) in answer.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (!answer.Headers.Any(header => header.Name is "Content-Length" or "Transfer-Encoding"))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {answer.Body.Length}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _end.Token);
        if (!isHead)
        {
            await stream.WriteAsync(answer.Body.AsMemory(0, answer.CutAfter ?? answer.Body.Length), _end.Token);
        }

        return answer.CutAfter is null;
    }

    private async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _end.Token) == 1)
        {
            head.Add(one[0]);
            if (head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n')
            {
                return Encoding.ASCII.GetString([.. head]);
            }
        }

        return null;
    }
}
