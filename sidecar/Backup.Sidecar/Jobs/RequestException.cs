namespace Backup.Sidecar.Jobs;

/// <summary>A request can't be carried out as it is; the message says how to make it.</summary>
/// <param name="errorId">A stable name for what is wrong.</param>
/// <param name="message">What is wrong, without secrets.</param>
internal sealed class RequestException(string errorId, string message) : Exception(message)
{
    /// <summary>The request contradicts itself or lacks something.</summary>
    public const string Invalid = "InvalidRequest";

    /// <summary>There is no such repository, policy or job.</summary>
    public const string Unknown = "NotFound";

    /// <summary>A path is outside of the configured roots.</summary>
    public const string Forbidden = "PathNotAllowed";

    /// <summary>The same key was used for another request.</summary>
    public const string Conflict = "IdempotencyConflict";

    /// <summary>No more jobs are accepted now.</summary>
    public const string Busy = "Busy";

    /// <summary>The service is about to stop.</summary>
    public const string Stopping = "Stopping";

    public string ErrorId => errorId;
}
