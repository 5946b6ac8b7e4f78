using Amazon.Runtime;
using Backup.Engine;
using Backup.Engine.Storage.Rest;

namespace Backup.Storage.S3;

/// <summary>Gives the SDK's clients of one backend one way to the service: with the engine's certificates and limits.</summary>
internal sealed class S3HttpClientFactory : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client;

    /// <summary>A way over these connections, which are closed with it.</summary>
    public S3HttpClientFactory(HttpMessageHandler transport) =>
        _client = new HttpClient(new WithoutExpect(transport)) { Timeout = Timeout.InfiniteTimeSpan }; // calls have guards of their own

    /// <summary>The way to a service.</summary>
    /// <exception cref="ArgumentException">A file with certificates can't be used.</exception>
    public static S3HttpClientFactory Create(S3Location location, ConnectionOptions connection, TimeProvider time) =>
        new(RestTransport.Create(new RestAddress { Root = location.Endpoint, Display = location.Text }, connection, time));

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>
    /// Does not wait before it sends what it has: that would cost a way to the service and back each time, and a second at
    /// services that don't answer to it.
    /// </summary>
    private sealed class WithoutExpect(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.ExpectContinue = null;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
