using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Backup.Sidecar.Dapr;

/// <summary>
/// Calls unary methods of daprd's gRPC API: one frame up, one frame down, over HTTP/2 without negotiation.
/// </summary>
internal sealed class DaprGrpc(HttpClient client, DaprOptions options, DaprRetry retry)
{
    private const string Service = "/dapr.proto.runtime.v1.Dapr/";
    private const int PrefixLength = 5;

    /// <summary>Makes a call.</summary>
    /// <param name="what">What it does, for messages.</param>
    /// <param name="method">The method's name, such as <c>GetState</c>.</param>
    /// <param name="request">The message.</param>
    /// <param name="isRepeatable">Whether doing it twice is as good as once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer's message.</returns>
    /// <exception cref="DaprException">It failed, or daprd is not there.</exception>
    public Task<ReadOnlyMemory<byte>> CallAsync(
        string what, string method, ProtoWriter request, bool isRepeatable, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> frame = request.ToFrame();
        return retry.RunAsync(what, isRepeatable, token => TryAsync(what, method, frame, token), cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> TryAsync(
        string what, string method, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(method, frame);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw DaprException.OfGrpc(what, GrpcStatus.Unavailable, string.Create(
                CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode} from what should be its gRPC port"));
        }

        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        ThrowIfFailed(what, response);
        if (body.Length < PrefixLength || body[0] != 0
            || BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)) != (uint)(body.Length - PrefixLength))
        {
            throw new DaprException($"Dapr could not {what}: its answer is cut short, or compressed, which nobody asked for.") { IsWithoutAnswer = true };
        }

        return body.AsMemory(PrefixLength);
    }

    private HttpRequestMessage Request(string method, ReadOnlyMemory<byte> frame)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, options.GrpcEndpoint.AbsoluteUri.TrimEnd('/') + Service + method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation(
            "grpc-timeout", string.Create(CultureInfo.InvariantCulture, $"{(long)options.CallTimeout.TotalMilliseconds}m"));
        if (options.ApiToken is { } token)
        {
            request.Headers.TryAddWithoutValidation("dapr-api-token", token);
        }

        return request;
    }

    /// <summary>The status is in the trailers, or in the headers of an answer that is nothing but an error.</summary>
    private static void ThrowIfFailed(string what, HttpResponseMessage response)
    {
        string? text = Value(response.TrailingHeaders, "grpc-status") ?? Value(response.Headers, "grpc-status");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status))
        {
            throw new DaprException($"Dapr could not {what}: its answer ended before its status came.") { IsWithoutAnswer = true };
        }

        if (status != (int)GrpcStatus.Ok)
        {
            string? message = Value(response.TrailingHeaders, "grpc-message") ?? Value(response.Headers, "grpc-message");
            throw DaprException.OfGrpc(what, (GrpcStatus)status, Uri.UnescapeDataString(message ?? ""));
        }
    }

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;
}
