using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Backup.Engine;
using Backup.Engine.Storage;

namespace Backup.Storage.S3;

/// <summary>Turns what a service, its client and the network say into the errors of a backend.</summary>
internal static class S3Errors
{
    /// <summary>Codes that the HTTP status alone would put among those that stay.</summary>
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal)
    {
        "BadDigest", "ConditionalRequestConflict", "IncompleteBody", "InternalError", "OperationAborted", "RequestTimeout",
        "ServiceUnavailable", "SlowDown", "SlowDownRead", "SlowDownWrite", "Throttling", "XAmzContentSHA256Mismatch",
    };

    private static readonly HashSet<string> Full = new(StringComparer.Ordinal)
    {
        "InsufficientStorage", "QuotaExceeded", "StorageFull", "TooManyObjects", "XMinioAdminBucketQuotaExceeded", "XMinioStorageFull",
    };

    /// <summary>Whether <see cref="Translate"/> knows an exception of this kind; others are faults of the program, or ours already.</summary>
    public static bool IsKnown(Exception exception) =>
        exception is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException;

    /// <summary>The backend's error for one of the service.</summary>
    /// <param name="exception">What the service, its client or the network said.</param>
    /// <param name="action">What was tried, such as <c>saved</c>: continues «The file … can't be».</param>
    /// <param name="file">The file that it is about.</param>
    /// <param name="location">The repository.</param>
    public static BackendException Translate(Exception exception, string action, FileHandle file, string location)
    {
        string what = $"The file {file} of the repository {location} can't be {action}";
        return Root(exception) switch
        {
            AuthenticationException refused => new BackendException(
                $"{what}: no secure connection can be made. {refused.Message} If the service's certificate is signed by yourself, name it with "
                    + $"{Remedy.CaCertificate}.",
                isTransient: false,
                exception),
            _ => TranslateOther(exception, what, action, file, location),
        };
    }

    private static BackendException TranslateOther(Exception exception, string what, string action, FileHandle file, string location) =>
        exception switch
        {
            AmazonS3Exception answer => TranslateAnswer(answer, what, action, file, location),
            AmazonServiceException { StatusCode: 0 } or HttpRequestException or IOException => new BackendException(
                $"{what}: {Root(exception).Message}", isTransient: true, exception),
            OperationCanceledException => new BackendException($"{what}: no answer came in time.", isTransient: true, exception),
            AmazonServiceException answer => new BackendAccessDeniedException( // of the service that gives the credentials
                $"{what}: the credentials can't be had: {answer.ErrorCode} {Status(answer)}.", exception),
            _ => new BackendAccessDeniedException(
                $"{what}: there are no credentials. Set $AWS_ACCESS_KEY_ID and $AWS_SECRET_ACCESS_KEY, or a profile by $AWS_PROFILE "
                    + $"or {Remedy.Setting("s3.profile", "…")}; for a bucket that is open to all, {Remedy.Setting("s3.unsafe-anonymous-auth", "true")}.",
                exception),
        };

    private static BackendException TranslateAnswer(AmazonS3Exception answer, string what, string action, FileHandle file, string location)
    {
        string said = $"{what}: {Said(answer)}";
        return answer.StatusCode switch
        {
            0 => new BackendException($"{what}: {Root(answer).Message}", isTransient: true, answer),
            _ when Full.Contains(answer.ErrorCode ?? "") || answer.StatusCode == HttpStatusCode.InsufficientStorage => new StorageFullException(
                $"{said} Make room (prune, or remove other files), or have the quota raised.", answer),
            _ when Passing.Contains(answer.ErrorCode ?? "") => Temporary(said, answer),
            _ when answer is { ErrorCode: "InvalidObjectState" } => new BackendException(
                $"{said} The object is in an archive: have the service bring it back first.", isTransient: false, answer),
            _ when S3Region.Expected(answer) is { } region && IsAboutRegion(answer) => new BackendException(
                $"{said} The bucket is in the region {region}: set {Remedy.Setting("s3.region", region)}.", isTransient: false, answer),
            HttpStatusCode.NotFound when action == "saved" || answer.ErrorCode == "NoSuchBucket" && action is not ("read" or "looked at" or "listed") =>
                new BackendException($"{said} Is the bucket gone?", isTransient: false, answer),
            HttpStatusCode.NotFound => BackendErrors.NotFound(action == "listed" ? FileHandle.Config : file, location, answer),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new BackendAccessDeniedException($"{said} {Advice(answer)}", answer),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => Temporary(said, answer),
            HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported => new BackendException(said, isTransient: false, answer),
            >= HttpStatusCode.InternalServerError => Temporary(said, answer),
            _ => new BackendException(said, isTransient: false, answer),
        };
    }

    /// <summary>Amazon tells a bucket's region with each refusal, whatever its reason.</summary>
    private static bool IsAboutRegion(AmazonS3Exception answer) =>
        answer.ErrorCode is "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" || (int)answer.StatusCode is >= 300 and < 400;

    private static BackendException Temporary(string message, AmazonServiceException answer) =>
        new(message, isTransient: true, answer) { RetryAfter = RetryAfter(answer) };

    /// <summary>What stands in the header of that name, if it is a number of seconds.</summary>
    private static TimeSpan? RetryAfter(AmazonServiceException answer) =>
        (answer.InnerException as HttpErrorResponseException)?.Response?.GetHeaderValue("Retry-After") is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>
    /// The code and the status. The rest of an answer is not repeated where it is about who we are: it can hold the id of
    /// the key and what was signed.
    /// </summary>
    private static string Said(AmazonS3Exception answer) =>
        answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden || string.IsNullOrWhiteSpace(answer.Message)
            ? $"{Code(answer)} ({Status(answer)})."
            : $"{answer.Message.TrimEnd().TrimEnd('.')} ({Code(answer)}, {Status(answer)}).";

    private static string Code(AmazonServiceException answer) => string.IsNullOrEmpty(answer.ErrorCode) ? "refused" : answer.ErrorCode;

    private static string Status(AmazonServiceException answer) => string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)answer.StatusCode}");

    private static string Advice(AmazonServiceException answer) => answer.ErrorCode switch
    {
        "InvalidAccessKeyId" => "There is no such key: check $AWS_ACCESS_KEY_ID, or the profile.",
        "SignatureDoesNotMatch" => "Check $AWS_SECRET_ACCESS_KEY, or the profile.",
        "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" => "The session's token is of no use any more: get a new one.",
        "RequestTimeTooSkewed" => "This machine's clock is wrong: set it.",
        _ => "Check what the key may do in this bucket.",
    };

    /// <summary>What is behind an exception of the client, which by itself only says that something went wrong.</summary>
    private static Exception Root(Exception exception)
    {
        while (exception is AmazonServiceException { StatusCode: 0 } or HttpRequestException && exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }
}
