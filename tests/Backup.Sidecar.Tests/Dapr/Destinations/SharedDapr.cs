using Backup.Sidecar.Dapr;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

/// <summary>One daprd for all tests of a class; each test takes a path of its own in it.</summary>
public sealed class SharedDapr : IAsyncLifetime
{
    private DaprDouble? _dapr;
    private DaprClient? _client;

    public DaprDouble Dapr => _dapr ?? throw new InvalidOperationException("The tests have not begun.");

    internal IDaprClient Client => _client ?? throw new InvalidOperationException("The tests have not begun.");

    public async Task InitializeAsync()
    {
        _dapr = await DaprDouble.StartAsync();
        _client = new DaprClient(new DaprOptions { HttpEndpoint = _dapr.HttpEndpoint, GrpcEndpoint = _dapr.GrpcEndpoint, MaxTries = 1 });
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_dapr is not null)
        {
            await _dapr.DisposeAsync();
        }
    }
}
