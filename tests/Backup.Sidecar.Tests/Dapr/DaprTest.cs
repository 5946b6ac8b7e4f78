using Backup.Sidecar.Dapr;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr;

/// <summary>A test with a daprd double and a client of it. The client tries once only, unless a test says otherwise.</summary>
public abstract class DaprTest : IAsyncLifetime, IDisposable
{
    private DaprDouble? _dapr;
    private DaprClient? _client;

    protected DaprDouble Dapr => _dapr ?? throw new InvalidOperationException("The test has not begun.");

    private protected IDaprClient Client => _client ?? throw new InvalidOperationException("The test has not begun.");

    /// <summary>How the double is set up.</summary>
    protected virtual DaprDoubleOptions DoubleOptions => new();

    public virtual async Task InitializeAsync()
    {
        _dapr = await DaprDouble.StartAsync(DoubleOptions);
        _client = new DaprClient(ClientOptions);
    }

    public virtual async Task DisposeAsync()
    {
        if (_dapr is not null)
        {
            await _dapr.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until something is so; a minute at most, so that what never comes is a failure.</summary>
    protected static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            await Task.Delay(1, patience.Token);
        }
    }

    private protected DaprOptions ClientOptions => new()
    {
        HttpEndpoint = Dapr.HttpEndpoint,
        GrpcEndpoint = Dapr.GrpcEndpoint,
        ApiToken = DoubleOptions.ApiToken,
        MaxTries = 1,
    };
}
