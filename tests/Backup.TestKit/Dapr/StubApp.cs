using System.Net;
using System.Text;

namespace Backup.TestKit.Dapr;

/// <summary>An application that is nothing but answers.</summary>
public sealed class StubApp(Func<StubCall, (HttpStatusCode Status, string Body)> answer) : HttpMessageHandler
{
    private readonly Lock _gate = new();
    private readonly List<StubCall> _calls = [];

    /// <summary>One that says yes to everything, and subscribes to what it is told to.</summary>
    /// <param name="subscriptions">What <c>/dapr/subscribe</c> answers.</param>
    /// <param name="answer">What anything else answers; null: 200 and nothing.</param>
    public static StubApp Subscribing(string subscriptions, Func<StubCall, (HttpStatusCode Status, string Body)>? answer = null) =>
        new(call => call.Path == "/dapr/subscribe"
            ? (HttpStatusCode.OK, subscriptions)
            : answer?.Invoke(call) ?? (HttpStatusCode.OK, ""));

    /// <summary>The calls so far.</summary>
    public IReadOnlyList<StubCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Those that posted something to a path.</summary>
    public IReadOnlyList<StubCall> Posts(string path) => [.. Calls.Where(call => call.Method == "POST" && call.Path == path)];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = request.Headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var call = new StubCall(
            request.Method.Method, request.RequestUri?.PathAndQuery ?? "", headers, Encoding.UTF8.GetString(body), request.Content?.Headers.ContentType?.ToString());
        lock (_gate)
        {
            _calls.Add(call);
        }

        (HttpStatusCode status, string text) = answer(call);
        return new HttpResponseMessage(status) { Content = new StringContent(text) };
    }
}
