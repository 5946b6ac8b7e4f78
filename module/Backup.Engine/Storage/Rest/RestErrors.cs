using System.Net;
using System.Security.Authentication;

namespace Backup.Engine.Storage.Rest;

/// <summary>Turns what a server, or the way to it, says into the errors of a backend.</summary>
internal static class RestErrors
{
    /// <summary>Whether <see cref="Translate"/> knows an exception of this kind; others are faults of the program.</summary>
    public static bool IsKnown(Exception exception) => exception is HttpRequestException or IOException;

    /// <summary>The error for a request that got no answer, or only a part of it.</summary>
    /// <param name="exception">What the system said.</param>
    /// <param name="action">What was tried, such as <c>saved</c>: continues «can't be».</param>
    /// <param name="what">What it is about: continues «The».</param>
    /// <param name="location">The repository.</param>
    public static BackendException Translate(Exception exception, string action, string what, string location)
    {
        string sentence = $"The {what} of the repository {location} can't be {action}: ";
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case BackendException known:
                    return new BackendException(sentence + known.Message, known.IsTransient, exception);
                case AuthenticationException refused:
                    return new BackendException(
                        $"{sentence}no secure connection can be made. {refused.Message.TrimEnd('.')}. A certificate that the system does not know "
                            + $"is named with {Remedy.CaCertificate}.",
                        isTransient: false,
                        exception);
            }
        }

        bool isPermanent = exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.VersionNegotiationError or HttpRequestError.ConfigurationLimitExceeded,
        };
        return new BackendException(sentence + exception.Message, !isPermanent, exception);
    }

    /// <summary>The error for an answer that is none of those hoped for.</summary>
    public static BackendException Of(HttpResponseMessage response, string action, string what, string location, DateTimeOffset now)
    {
        int code = (int)response.StatusCode;
        string sentence = $"The {what} of the repository {location} can't be {action}: the server answered {code} ({response.ReasonPhrase ?? response.StatusCode.ToString()}).";
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.ProxyAuthenticationRequired:
                return new BackendAccessDeniedException(
                    $"{sentence} Check user name and password: in the location, or in BACKUP_REST_USERNAME and BACKUP_REST_PASSWORD.");
            case HttpStatusCode.Forbidden:
                return new BackendAccessDeniedException(
                    $"{sentence} It may be append-only, or the repository another user's.");
            case HttpStatusCode.InsufficientStorage or HttpStatusCode.RequestEntityTooLarge:
                return new StorageFullException(
                    $"{sentence} Its disk is full or the quota used up: make room (prune, or remove other files) and try again.");
            case >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest:
                return new BackendException(
                    $"{sentence} It has another address: {TargetOf(response)}. Use that one.", isTransient: false);
            case HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported or HttpStatusCode.MethodNotAllowed:
                return new BackendException($"{sentence} Is it a server of restic's REST protocol?", isTransient: false);
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                return new BackendException(sentence, isTransient: true) { RetryAfter = RetryAfter(response, now) };
            default:
                return new BackendException(sentence, isTransient: false);
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > now => date - now,
            _ => null,
        };

    /// <summary>Where a redirection leads, as far as the server's name: the rest may repeat what is secret.</summary>
    private static string TargetOf(HttpResponseMessage response) => response.Headers.Location is { IsAbsoluteUri: true } target
        ? $"{target.Scheme}://{target.Authority}/"
        : "another path on the same server";
}
