using System.Globalization;
using System.Net;
using Backup.Engine;

namespace Backup.Sidecar.Dapr;

/// <summary>Dapr refused a call, failed at it, or could not be reached.</summary>
internal sealed class DaprException : BackupException
{
    private const string NotBase64 = "illegal base64 data";
    private const string RefusedByScript = "user_script";

    private static readonly string[] MissingObject =
    [
        "file not found", "no such file or directory", "blob not found", "object not found", "storage: object doesn't exist",
        "file does not exist",
    ];

    private static readonly string[] Final =
        [.. MissingObject, NotBase64, RefusedByScript, "job not found", "couldn't find output binding", "does not support operation"];

    /// <summary>An error that daprd answered, or that kept us from it.</summary>
    /// <param name="message">What failed, on what, with Dapr's own words. Without secrets.</param>
    /// <param name="innerException">The cause.</param>
    public DaprException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "DaprFailed";

    /// <summary>Dapr's code, such as <c>ERR_STATE_STORE_NOT_FOUND</c>; null over gRPC and where there was no answer.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The HTTP status; null over gRPC and where there was no answer.</summary>
    public HttpStatusCode? HttpStatus { get; init; }

    /// <summary>The gRPC status; null over HTTP and where there was no answer.</summary>
    public GrpcStatus? GrpcStatus { get; init; }

    /// <summary>What Dapr or the component said, without what we say around it; empty where there was no answer.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The whole body of an answer over HTTP; null where there was none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether Dapr was not reached, or the answer never came: what was asked for may have been done all the same.</summary>
    public bool IsWithoutAnswer { get; init; }

    /// <summary>Whether the message was larger than daprd takes.</summary>
    public bool IsTooLarge => GrpcStatus is Dapr.GrpcStatus.ResourceExhausted
        || HttpStatus is HttpStatusCode.RequestEntityTooLarge
        || (HttpStatus is not null && Detail.Contains("stream too large", StringComparison.Ordinal));

    /// <summary>Whether an ETag no longer fitted.</summary>
    public bool IsETagMismatch => GrpcStatus is Dapr.GrpcStatus.Aborted || HttpStatus is HttpStatusCode.Conflict;

    /// <summary>Whether Redis refused to write a key without its version, because it was created by «first write».</summary>
    public bool IsVersionWanted => GrpcStatus is Dapr.GrpcStatus.Internal && Detail.Contains(RefusedByScript, StringComparison.Ordinal);

    /// <summary>Whether daprd has no such API: it is older, or the API is switched off.</summary>
    public bool IsUnknownApi => GrpcStatus is Dapr.GrpcStatus.Unimplemented
        || HttpStatus is HttpStatusCode.MethodNotAllowed
        || (HttpStatus is HttpStatusCode.NotFound && ErrorCode is null or "ERR_DIRECT_INVOKE");

    /// <summary>Whether a binding said, in whichever words its component has for that, that there is no such object.</summary>
    public bool IsMissingObject => MissingObject.Any(text => Detail.Contains(text, StringComparison.Ordinal));

    /// <summary>Whether a binding wants base64 and nothing else.</summary>
    public bool IsBase64Expected => Detail.Contains(NotBase64, StringComparison.Ordinal);

    /// <summary>Whether Dapr or the store behind it keeps us out.</summary>
    public bool IsDenied => GrpcStatus is Dapr.GrpcStatus.PermissionDenied or Dapr.GrpcStatus.Unauthenticated
        || HttpStatus is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>Whether the scheduler said that there is no such job.</summary>
    public bool IsMissingJob => Detail.Contains("job not found", StringComparison.Ordinal);

    /// <summary>Whether trying again can help. daprd has one status for all failures of bindings, so the words decide.</summary>
    public bool IsTransient => !Final.Any(text => Detail.Contains(text, StringComparison.Ordinal)) && MayPass;

    private bool MayPass => IsWithoutAnswer
        || GrpcStatus is Dapr.GrpcStatus.Unavailable or Dapr.GrpcStatus.Internal or Dapr.GrpcStatus.Unknown
            or Dapr.GrpcStatus.DeadlineExceeded or Dapr.GrpcStatus.Cancelled
        || (HttpStatus is >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented && !IsTooLarge)
        || HttpStatus is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;

    /// <summary>An error in an answer over HTTP.</summary>
    public static DaprException OfHttp(string what, HttpStatusCode status, string? errorCode, string detail, byte[] body) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Dapr could not {what}: {Said(detail, errorCode)} (HTTP {(int)status})."))
        {
            HttpStatus = status,
            ErrorCode = errorCode,
            Detail = detail,
            Body = body,
        };

    /// <summary>An error in an answer over gRPC.</summary>
    public static DaprException OfGrpc(string what, GrpcStatus status, string detail) =>
        new($"Dapr could not {what}: {Said(detail, null)} (gRPC {status}).")
        {
            GrpcStatus = status,
            Detail = detail,
        };

    private static string Said(string detail, string? errorCode) =>
        (errorCode is null ? "" : errorCode + ": ") + (detail.Length == 0 ? "it gave no reason" : detail.TrimEnd('.', '\n'));
}
