using Backup.Engine;
using Backup.TestKit.Swift;

namespace Backup.Storage.S3.Tests;

/// <summary>One Swift for the tests of a class, each of which takes a new bucket of it.</summary>
public sealed class SwiftFixture : IAsyncLifetime
{
    private SwiftServer? _server;
    private int _buckets;

    /// <summary>Where it listens.</summary>
    public Uri Endpoint => _server?.Endpoint ?? throw new InvalidOperationException("There is no Swift.");

    /// <summary>A location that no test has yet, without its scheme.</summary>
    public string NewPlace() => $"{Endpoint}bucket-{Interlocked.Increment(ref _buckets)}/some/prefix";

    /// <summary>The credentials that may do all, and other settings.</summary>
    public static ConnectionOptions Connection(params (string Name, string Value)[] settings) => new()
    {
        Settings = new (string Name, string Value)[] { ("s3.access-key-id", SwiftServer.Owner), ("s3.secret-access-key", SwiftServer.Secret) }
            .Concat(settings)
            .GroupBy(setting => setting.Name)
            .ToDictionary(setting => setting.Key, setting => setting.Last().Value),
    };

    /// <summary>A backend without what the engine puts around it.</summary>
    public static IBackend OpenBackend(string place, params (string Name, string Value)[] settings) =>
        S3Storage.Kind.Open(place, new RepositoryOptions { Location = "s3:" + place, Connection = Connection(settings) });

    public async Task InitializeAsync() => _server = SwiftServer.Missing is null ? await SwiftServer.StartAsync() : null;

    public Task DisposeAsync()
    {
        _server?.Dispose();
        return Task.CompletedTask;
    }
}
