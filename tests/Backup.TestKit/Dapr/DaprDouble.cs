using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backup.TestKit.Dapr;

/// <summary>
/// A daprd in the test's process: its HTTP/1.1 port, its gRPC port, and its calls of the application. It behaves as daprd 1.18
/// does, unkind details included. Add components before or after the start; share brokers, databases and the scheduler between
/// several to have replicas and other applications.
/// </summary>
public sealed class DaprDouble : IAsyncDisposable
{
    private readonly HttpApi _http;
    private readonly GrpcApi _grpc;
    private readonly List<Subscription> _subscriptions = [];
    private readonly HashSet<string> _readBindings = [];

    private WebApplication? _server;
    private TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasAskedForSubscriptions;
    private bool _isDelivering;
    private int _failedProbes;

    private DaprDouble(DaprDoubleOptions options, SchedulerDouble? scheduler)
    {
        Options = options;
        Scheduler = scheduler ?? new SchedulerDouble();
        App = new AppChannel(options);
        _http = new HttpApi(this);
        _grpc = new GrpcApi(this);
    }

    /// <summary>How it is set up.</summary>
    public DaprDoubleOptions Options { get; }

    /// <summary>The HTTP API.</summary>
    public Uri HttpEndpoint { get; private set; } = new("http://127.0.0.1");

    /// <summary>The gRPC API.</summary>
    public Uri GrpcEndpoint { get; private set; } = new("http://127.0.0.1");

    /// <summary>State stores by name.</summary>
    public Dictionary<string, StateStoreDouble> StateStores { get; } = [];

    /// <summary>Pub/sub components by name.</summary>
    public Dictionary<string, BrokerDouble> PubSubs { get; } = [];

    /// <summary>Output bindings by name.</summary>
    public Dictionary<string, BindingDouble> Bindings { get; } = [];

    /// <summary>Configuration stores by name.</summary>
    public Dictionary<string, ConfigurationStoreDouble> ConfigurationStores { get; } = [];

    /// <summary>Secret stores by name.</summary>
    public Dictionary<string, SecretStoreDouble> SecretStores { get; } = [];

    /// <summary>Input bindings; they are read from when the application connects.</summary>
    public List<InputBinding> InputBindings { get; } = [];

    /// <summary>Subscription resources: what is subscribed without the application's saying so.</summary>
    public List<Subscription> DeclaredSubscriptions { get; } = [];

    /// <summary>What answers when other applications are invoked, by app-id.</summary>
    public Dictionary<string, HttpMessageHandler> OtherApps { get; } = [];

    /// <summary>The scheduler.</summary>
    public SchedulerDouble Scheduler { get; }

    /// <summary>The way to the application.</summary>
    public AppChannel App { get; }

    /// <summary>What goes wrong.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Whether its components and APIs are up.</summary>
    public bool IsOutboundReady { get; set; } = true;

    /// <summary>What is subscribed.</summary>
    public IReadOnlyList<Subscription> Subscriptions => _subscriptions;

    /// <summary>Which input bindings are read from.</summary>
    public IReadOnlyCollection<string> ReadBindings => _readBindings;

    /// <summary>How many configuration subscriptions it holds.</summary>
    public int ConfigurationSubscriptions => _http.ConfigurationSubscriptions;

    /// <summary>The paths of all calls of its APIs so far.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _calls = new();

    internal string JobScope => (Options.Namespace ?? "default") + "||" + Options.AppId;

    /// <summary>Starts one on two free ports of the loopback.</summary>
    public static async Task<DaprDouble> StartAsync(DaprDoubleOptions? options = null, SchedulerDouble? scheduler = null)
    {
        var dapr = new DaprDouble(options ?? new DaprDoubleOptions(), scheduler);
        await dapr.ListenAsync();
        return dapr;
    }

    /// <summary>The application begins to listen: daprd asks it what it wants, and delivers from now on.</summary>
    /// <param name="application">What takes the calls: a test server's handler, or a real one's client handler.</param>
    public async Task ConnectAppAsync(HttpMessageHandler application)
    {
        App.Client = new HttpClient(application, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        await InitializeAsync();
    }

    /// <summary>The application goes away: whatever is brought to it is refused.</summary>
    public void DisconnectApp() => App.Client = null;

    /// <summary>Probes the application's health once, as daprd does every five seconds. Three failures in a row make it unhealthy.</summary>
    public async Task ProbeAppAsync()
    {
        if (await IsAppWellAsync())
        {
            _failedProbes = 0;
            await DeliverAsync();
        }
        else if (++_failedProbes >= 3)
        {
            StopDelivering();
        }
    }

    /// <summary>Has an input binding fire.</summary>
    /// <returns>Whether the application took it (2xx in the end; with an inbound policy all but 200 is tried again first).</returns>
    public async Task<bool> FireBindingAsync(string name, byte[]? body = null, IReadOnlyDictionary<string, string>? metadata = null)
    {
        InputBinding binding = InputBindings.Single(one => one.Name == name);
        if (!_isDelivering || !_readBindings.Contains(name))
        {
            return false;
        }

        AppAnswer? answer = null;
        for (int attempt = 0; attempt <= Options.InboundRetries && answer?.Status != 200; attempt++)
        {
            try
            {
                answer = await App.CallAsync(HttpMethod.Post, "/" + binding.Path, body ?? [], "application/json", metadata);
            }
            catch (HttpRequestException)
            {
                answer = null;
            }
        }

        return answer?.IsSuccess == true;
    }

    /// <summary>A tick of a cron binding: an empty body and two headers.</summary>
    public Task<bool> FireCronAsync(string name) => FireBindingAsync(name, [], new Dictionary<string, string>
    {
        ["readTimeUTC"] = Options.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fffffff +0000 'UTC'", System.Globalization.CultureInfo.InvariantCulture),
        ["timeZone"] = "Local",
    });

    /// <summary>Lets calls go on that a <see cref="FaultKind.Hold"/> holds.</summary>
    public void ReleaseHeld()
    {
        TaskCompletionSource held = _held;
        _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        held.SetResult();
    }

    /// <summary>daprd ends and comes up again: configuration subscriptions are gone, the application is asked anew.</summary>
    public async Task RestartAsync()
    {
        StopDelivering();
        _http.Dispose();
        _hasAskedForSubscriptions = false;
        _subscriptions.Clear();
        if (App.Client is not null)
        {
            await InitializeAsync();
        }
    }

    /// <summary>daprd stops to deliver while its APIs go on: what it does first when it is to end and may block its shutdown.</summary>
    public void StopDelivering()
    {
        _isDelivering = false;
        Scheduler.Leave(this);
        foreach (BrokerDouble broker in PubSubs.Values.Distinct())
        {
            broker.Leave(this);
        }

        _readBindings.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        StopDelivering();
        _held.TrySetResult();
        _http.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        App.Client?.Dispose();
        App.Dispose();
    }

    internal StateStoreDouble StateStore(string name) =>
        StateStores.TryGetValue(name, out StateStoreDouble? store)
            ? store
            : throw (StateStores.Count == 0
                ? new DaprFaultException(
                    HttpStatusCode.InternalServerError, GrpcCode.FailedPrecondition, "ERR_STATE_STORE_NOT_CONFIGURED", $"state store {name} is not configured")
                : new DaprFaultException(
                    HttpStatusCode.BadRequest, GrpcCode.InvalidArgument, "ERR_STATE_STORE_NOT_FOUND", $"state store {name} is not found"));

    internal string FullKey(StateStoreDouble store, string name, string key) => store.FullKey(key, name, Options.AppId, Options.Namespace);

    internal IEnumerable<(string Name, string Type, IReadOnlyList<string> Capabilities)> Components() =>
    [
        .. StateStores.Select(pair => (pair.Key, pair.Value.Type, pair.Value.Capabilities)),
        .. PubSubs.Select(pair => (pair.Key, pair.Value.Type, (IReadOnlyList<string>)[])),
        .. Bindings.Select(pair => (pair.Key, pair.Value.Type, (IReadOnlyList<string>)["OUTPUT_BINDING"])),
        .. InputBindings.Select(binding => (binding.Name, "bindings.cron", (IReadOnlyList<string>)["INPUT_BINDING"])),
        .. ConfigurationStores.Select(pair => (pair.Key, pair.Value.Type, (IReadOnlyList<string>)[])),
        .. SecretStores.Select(pair => (pair.Key, pair.Value.Type, (IReadOnlyList<string>)[])),
    ];

    /// <summary>Reads a body as a whole, before the caller can go away.</summary>
    internal static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    /// <summary>What goes wrong before a call is looked at.</summary>
    /// <returns>True: nothing more is to be done.</returns>
    internal async Task<bool> BeginAsync(HttpContext context, FaultKind? fault)
    {
        _calls.Enqueue(context.Request.Path);
        switch (fault)
        {
            case FaultKind.DropBefore:
                context.Abort();
                return true;
            case FaultKind.Hold:
                // The caller may give up; what it asked for is done all the same.
                await _held.Task;
                return false;
            default:
                return false;
        }
    }

    private async Task ListenAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.InitialStreamWindowSize = 1 << 20;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 4 << 20;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _server = builder.Build();
        _server.Run(context => context.Request.Protocol == HttpProtocol.Http2 ? _grpc.HandleAsync(context) : _http.HandleAsync(context));
        await _server.StartAsync();
        string[] addresses = [.. _server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];
        HttpEndpoint = new Uri(addresses[0]);
        GrpcEndpoint = new Uri(addresses[1]);
    }

    private async Task InitializeAsync()
    {
        if (Options.AppHealthCheck && !await IsAppWellAsync())
        {
            return; // it starts as unhealthy; a later probe goes on
        }

        await DeliverAsync();
    }

    private async Task DeliverAsync()
    {
        if (_isDelivering || App.Client is null)
        {
            return;
        }

        await App.CallAsync(HttpMethod.Get, "/dapr/config", headers: [KeyValuePair.Create("Dapr-App-Id", Options.AppId)]);
        await AskForSubscriptionsAsync();
        _isDelivering = true;
        foreach (Subscription subscription in _subscriptions)
        {
            Join(subscription);
        }

        await ProbeBindingsAsync();
        await Scheduler.JoinAsync(this, JobScope, App);
    }

    /// <summary>Once in daprd's life, and only if there is any pub/sub: what was wrong then stays so.</summary>
    private async Task AskForSubscriptionsAsync()
    {
        if (_hasAskedForSubscriptions || PubSubs.Count == 0)
        {
            return;
        }

        _hasAskedForSubscriptions = true;
        AppAnswer answer = await App.CallAsync(HttpMethod.Get, "/dapr/subscribe");
        if (answer.Status == 200)
        {
            _subscriptions.AddRange(Subscription.Parse(answer.Body));
        }

        _subscriptions.AddRange(DeclaredSubscriptions);
    }

    private void Join(Subscription subscription)
    {
        if (PubSubs.TryGetValue(subscription.PubSubName, out BrokerDouble? broker))
        {
            var subscriber = new Subscriber(subscription, broker, App, Options);
            broker.Join(new BrokerMember(
                this, Options.AppId, subscription.Topic, subscription.Bulk ? subscription.MaxBulkMessages : 1, subscriber.DeliverAsync));
        }
    }

    /// <summary>Asks for each binding whether the application wants it. One that can't be asked ends the asking: the rest stays unread.</summary>
    private async Task ProbeBindingsAsync()
    {
        foreach (InputBinding binding in InputBindings)
        {
            if (!binding.IsDeclaredInput)
            {
                try
                {
                    AppAnswer answer = await App.CallAsync(HttpMethod.Options, "/" + binding.Path);
                    if (!answer.IsSuccess && answer.Status != 405)
                    {
                        continue;
                    }
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }

            _readBindings.Add(binding.Name);
        }
    }

    private async Task<bool> IsAppWellAsync()
    {
        try
        {
            return App.Client is not null && (await App.CallAsync(HttpMethod.Get, Options.AppHealthCheckPath)).IsSuccess;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
