using Backup.Engine;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar;

/// <summary>What an error means to those who called: the exit code or the HTTP status, and what they can do.</summary>
internal static class ErrorMap
{
    /// <summary>The process's exit code.</summary>
    public static int ExitCode(Exception exception) => exception switch
    {
        OperationCanceledException => ExitCodes.Interrupted,
        BackupException { ErrorId: "RepositoryNotFound" } => ExitCodes.NoRepository,
        BackupException { ErrorId: "RepositoryLocked" } => ExitCodes.Locked,
        BackupException { ErrorId: "PasswordIncorrect" } => ExitCodes.WrongPassword,
        _ => ExitCodes.Failed,
    };

    /// <summary>The HTTP status.</summary>
    public static int Status(Exception exception) => exception switch
    {
        RequestException request => request.ErrorId switch
        {
            RequestException.Unknown => 404,
            RequestException.Forbidden => 403,
            RequestException.Conflict => 409,
            RequestException.Busy or RequestException.Stopping => 503,
            _ => 400,
        },
        BackupException { ErrorId: "RepositoryNotFound" or "SnapshotNotFound" or "ItemNotFound" } => 404,
        BackupException { ErrorId: "SnapshotAmbiguous" } => 409,
        BackupException { ErrorId: "RepositoryLocked" } => 423,
        BackendException { IsTransient: true } or DaprException { IsTransient: true } or JournalException => 503,
        BackendException or DaprException => 502,
        ArgumentException => 400,
        _ => HttpStatus(exception) ?? 500,
    };

    /// <summary>The error as a job's record and a reply have it. What nobody expected is in the log only.</summary>
    public static JobError JobError(Exception exception) => exception switch
    {
        RequestException request => new JobError(request.ErrorId, request.Message),
        BackupException backup => new JobError(backup.ErrorId, CommandWording.Of(backup.Message)),
        OutOfMemoryException memory => JobError(MemoryLimitException.From(memory)),
        ConfigurationException => new JobError("ConfigurationInvalid", exception.Message),
        JournalException => new JobError("JournalFailed", "The journal of jobs failed, so the request is not accepted. Ask again later; the log says more."),
        ArgumentException => new JobError(RequestException.Invalid, Text(exception)),
        IOException or UnauthorizedAccessException when HttpStatus(exception) is null => new JobError("InputOutputFailed", exception.Message),
        _ => HttpStatus(exception) is null
            ? new JobError("Unexpected", $"Something unexpected happened ({exception.GetType().Name}). The log says more.")
            : new JobError(RequestException.Invalid, exception.Message),
    };

    /// <summary>Which command helps; null where the message says all there is to say.</summary>
    public static string? Advice(Exception exception) => IdOf(exception) switch
    {
        "RepositoryNotFound" => "To create a repository there: backup-sidecar init, or backup --init.",
        "RepositoryLocked" =>
            "To wait until it is free: --retry-lock 10m. If nothing else works on it any more: backup-sidecar unlock.",
        "PasswordIncorrect" => "Check --password-file, or the variables BACKUP_PASSWORD… and RESTIC_PASSWORD….",
        "RepositoryDamaged" => "To learn all that is damaged: backup-sidecar check.",
        "BackendAccessDenied" => "If nothing is to be written there: --no-lock.",
        "SnapshotNotFound" or "SnapshotAmbiguous" => "To see which snapshots there are: backup-sidecar snapshots.",
        "ItemNotFound" => "To see what there is: backup-sidecar ls SNAPSHOT for files, backup-sidecar key list for keys.",
        "MemoryTooSmall" => "To have less in memory at once: --memory-limit, --pack-size 4.",
        _ => null,
    };

    /// <summary>The error in a sentence. One that nobody expected names its type, so that it can be reported.</summary>
    public static string Message(Exception exception) => exception switch
    {
        OutOfMemoryException memory => MemoryLimitException.From(memory).Message,
        BackupException or UsageException or ConfigurationException or JournalException or ArgumentException or FormatException
            or IOException or UnauthorizedAccessException => CommandWording.Of(Text(exception)),
        _ => $"{exception.GetType().Name}: {exception.Message} (BACKUP_DEBUG=1 shows where)",
    };

    private static string? IdOf(Exception exception) => exception is OutOfMemoryException memory
        ? MemoryLimitException.From(memory).ErrorId
        : (exception as BackupException)?.ErrorId;

    /// <summary>The message without .NET's remark about a parameter of a method, which says nothing to who called the program.</summary>
    private static string Text(Exception exception) =>
        exception is ArgumentException { ParamName: { Length: > 0 } name }
        && exception.Message.IndexOf($" (Parameter '{name}')", StringComparison.Ordinal) is >= 0 and int end
            ? exception.Message[..end]
            : exception.Message;

    // In a method of its own: the command line must not load ASP.NET to learn its exit code.
    private static int? HttpStatus(Exception exception) =>
        (exception as Microsoft.AspNetCore.Http.BadHttpRequestException)?.StatusCode;
}
