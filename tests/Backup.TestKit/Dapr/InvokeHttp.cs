using System.Net;

namespace Backup.TestKit.Dapr;

/// <summary>Service invocation: to other applications, which a test puts behind names.</summary>
internal sealed class InvokeHttp(DaprDouble dapr)
{
    public async Task<DaprReply> HandleAsync(DaprRequest request, string[] rest, CancellationToken cancellationToken)
    {
        if (rest is not [string appId, "method", ..])
        {
            throw DaprFaultException.NoSuchApi();
        }

        if (!dapr.OtherApps.TryGetValue(appId, out HttpMessageHandler? handler))
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError,
                GrpcCode.Internal,
                "ERR_DIRECT_INVOKE",
                $"failed to invoke, id: {appId}, err: couldn't find service: {appId}");
        }

        using var client = new HttpClient(handler, disposeHandler: false);
        string path = request.RawPath[(request.RawPath.IndexOf("/method/", StringComparison.Ordinal) + "/method/".Length)..];
        using var call = new HttpRequestMessage(new HttpMethod(request.Method), new Uri("http://127.0.0.1/" + path + request.RawQuery))
        {
            Content = request.Body.Length > 0 ? new ByteArrayContent(request.Body) : null,
        };
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in request.Headers)
        {
            if (!name.StartsWith(':') && name.ToLowerInvariant() is not ("connection" or "host" or "transfer-encoding" or "content-length" or "dapr-api-token")
                && !call.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                call.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        call.Headers.TryAddWithoutValidation("dapr-caller-app-id", dapr.Options.AppId);
        call.Headers.TryAddWithoutValidation("dapr-callee-app-id", appId);
        using HttpResponseMessage response = await client.SendAsync(call, cancellationToken);
        return new DaprReply(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken))
        {
            ContentType = response.Content.Headers.ContentType?.ToString() ?? "application/octet-stream",
        };
    }
}
