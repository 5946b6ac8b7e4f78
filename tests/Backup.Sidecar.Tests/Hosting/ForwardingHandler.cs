namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Sends what is meant for any address to one.</summary>
internal sealed class ForwardingHandler(Uri address) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(address, request.RequestUri?.PathAndQuery);
        return base.SendAsync(request, cancellationToken);
    }
}
