using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar;

/// <summary>What an error of the engine means to those who called: the exit code, and what they can do.</summary>
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

    /// <summary>Which command helps; null where the message says all there is to say.</summary>
    public static string? Advice(Exception exception) => (exception as BackupException)?.ErrorId switch
    {
        "RepositoryNotFound" => "To create a repository there: backup-sidecar init, or backup --init.",
        "RepositoryLocked" =>
            "To wait until it is free: --retry-lock 10m. If nothing else works on it any more: backup-sidecar unlock.",
        "PasswordIncorrect" => "Check --password-file, or the variables BACKUP_PASSWORD… and RESTIC_PASSWORD….",
        "RepositoryDamaged" => "To learn what else is damaged: backup-sidecar check.",
        "SnapshotNotFound" or "SnapshotAmbiguous" => "To see which snapshots there are: backup-sidecar snapshots.",
        "ItemNotFound" => "To see what the snapshot has: backup-sidecar ls SNAPSHOT.",
        _ => null,
    };

    /// <summary>The error in a sentence. One that nobody expected names its type, so that it can be reported.</summary>
    public static string Message(Exception exception) => exception is BackupException or UsageException
        or ArgumentException or FormatException or IOException or UnauthorizedAccessException
        ? exception.Message
        : $"{exception.GetType().Name}: {exception.Message} (BACKUP_DEBUG=1 shows where)";
}
