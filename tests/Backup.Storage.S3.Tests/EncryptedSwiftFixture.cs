using Backup.TestKit.Swift;

namespace Backup.Storage.S3.Tests;

/// <summary>One Swift behind TLS for the tests of a class. Only those trust it who are told of its authority.</summary>
public sealed class EncryptedSwiftFixture : IAsyncLifetime
{
    private TempFolder? _folder;
    private SwiftServer? _server;
    private int _buckets;

    /// <summary>The file with the certificate of the authority that signed its own.</summary>
    public string AuthorityFile { get; private set; } = "";

    /// <summary>A location that no test has yet.</summary>
    public string NewLocation() => $"s3:{_server?.Endpoint}bucket-{Interlocked.Increment(ref _buckets)}/of/tests";

    public async Task InitializeAsync()
    {
        _folder = new TempFolder();
        TestCertificates certificates = TestCertificates.WriteTo(_folder);
        AuthorityFile = certificates.Authority;
        _server = SwiftServer.Missing is null ? await SwiftServer.StartAsync(certificates) : null;
    }

    public Task DisposeAsync()
    {
        _server?.Dispose();
        _folder?.Dispose();
        return Task.CompletedTask;
    }
}
