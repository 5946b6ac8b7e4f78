using System.Net;

namespace Backup.TestKit.Dapr;

/// <summary>An error that daprd answers: its HTTP and its gRPC side.</summary>
public sealed class DaprFaultException(HttpStatusCode http, int grpc, string? errorCode, string message) : Exception(message)
{
    public HttpStatusCode Http { get; } = http;

    /// <summary>The gRPC status code.</summary>
    public int Grpc { get; } = grpc;

    /// <summary>Such as <c>ERR_STATE_GET</c>; null: the body is the bare text.</summary>
    public string? ErrorCode { get; } = errorCode;

    internal static DaprFaultException NotAuthorized() => new(HttpStatusCode.Unauthorized, GrpcCode.Unauthenticated, null, "invalid api token");

    internal static DaprFaultException NoSuchApi() =>
        new(HttpStatusCode.NotFound, GrpcCode.Unimplemented, "ERR_DIRECT_INVOKE", "failed getting app id either from the URL path or the header dapr-app-id");

    internal static DaprFaultException Malformed(string message) =>
        new(HttpStatusCode.BadRequest, GrpcCode.InvalidArgument, "ERR_MALFORMED_REQUEST", message);
}
