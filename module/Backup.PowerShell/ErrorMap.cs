using System.Management.Automation;
using Backup.Engine;

namespace Backup.PowerShell;

/// <summary>What errors of the engine are in PowerShell. The ids are part of the module's interface: scripts compare them.</summary>
internal static class ErrorMap
{
    private static readonly Dictionary<string, (ErrorCategory Category, string? Advice)> Known = new()
    {
        ["RepositoryNotFound"] = (ErrorCategory.ObjectNotFound, "Check the location, or create a repository there: New-BackupRepository."),
        ["RepositoryExists"] = (ErrorCategory.ResourceExists, "Use it: Connect-BackupRepository. Or choose another place."),
        ["RepositoryLocked"] = (
            ErrorCategory.ResourceBusy,
            "Wait until the other one is done (Connect-BackupRepository -RetryLock 10m waits for you). "
                + "If nothing else works on it any more: Unlock-BackupRepository."),
        ["RepositoryDamaged"] = (ErrorCategory.InvalidData, "Test-BackupRepository -Detailed shows what else is damaged."),
        ["RepositoryUnsupported"] = (ErrorCategory.NotImplemented, null),
        ["PasswordIncorrect"] = (
            ErrorCategory.AuthenticationError, "Check -Password, or the variables BACKUP_PASSWORD… and RESTIC_PASSWORD…."),
        ["PasswordUnavailable"] = (ErrorCategory.AuthenticationError, null),
        ["BackendUnavailable"] = (ErrorCategory.ConnectionError, null),
        ["BackendAccessDenied"] = (ErrorCategory.PermissionDenied, null),
        ["BackendFileNotFound"] = (ErrorCategory.InvalidData, "Test-BackupRepository -Detailed shows what else is missing."),
        ["BackendFileExists"] = (ErrorCategory.ResourceExists, null),
        ["StorageFull"] = (ErrorCategory.QuotaExceeded, "Make room, then run it again: what is stored is kept."),
        ["SnapshotNotFound"] = (ErrorCategory.ObjectNotFound, "Get-BackupSnapshot shows which snapshots there are."),
        ["SnapshotAmbiguous"] = (ErrorCategory.InvalidArgument, "Write more digits of the id. Get-BackupSnapshot shows them."),
        ["ItemNotFound"] = (ErrorCategory.ObjectNotFound, "Get-BackupItem shows what a snapshot has."),
        ["ForgetRefused"] = (ErrorCategory.InvalidOperation, "Widen the policy, or name the snapshots."),
        ["RewriteRefused"] = (ErrorCategory.InvalidOperation, "Leave the folder alone, or use the program that wrote it."),
        ["RestoreRefused"] = (ErrorCategory.SecurityError, null),
        ["QuiesceFailed"] = (ErrorCategory.OperationStopped, null),
        ["SourceFailed"] = (ErrorCategory.ReadError, null),
        ["MemoryTooSmall"] = (ErrorCategory.LimitsExceeded, "To have less in memory at once: Connect-BackupRepository -PackSize 4MB."),
    };

    private static readonly Dictionary<SkipReason, (string ErrorId, ErrorCategory Category)> Skips = new()
    {
        [SkipReason.Vanished] = ("SourceVanished", ErrorCategory.ObjectNotFound),
        [SkipReason.AccessDenied] = ("SourceAccessDenied", ErrorCategory.PermissionDenied),
        [SkipReason.ReadFailed] = ("SourceReadFailed", ErrorCategory.ReadError),
        [SkipReason.Changed] = ("SourceChanged", ErrorCategory.ReadError),
        [SkipReason.NotFound] = ("SourceNotFound", ErrorCategory.ObjectNotFound),
        [SkipReason.MetadataIncomplete] = ("SourceMetadataIncomplete", ErrorCategory.ReadError),
        [SkipReason.ParentDamaged] = ("ParentDamaged", ErrorCategory.InvalidData),
    };

    private static readonly Dictionary<RestoreIssueKind, (string ErrorId, ErrorCategory Category)> Issues = new()
    {
        [RestoreIssueKind.NameRefused] = ("RestoreNameRefused", ErrorCategory.SecurityError),
        [RestoreIssueKind.Duplicate] = ("RestoreDuplicate", ErrorCategory.InvalidData),
        [RestoreIssueKind.InTheWay] = ("DestinationInTheWay", ErrorCategory.ResourceExists),
        [RestoreIssueKind.Damaged] = ("RepositoryDamaged", ErrorCategory.InvalidData),
        [RestoreIssueKind.WriteFailed] = ("DestinationWriteFailed", ErrorCategory.WriteError),
        [RestoreIssueKind.MetadataIncomplete] = ("RestoreMetadataIncomplete", ErrorCategory.WriteError),
        [RestoreIssueKind.VerifyFailed] = ("RestoreVerifyFailed", ErrorCategory.InvalidResult),
        [RestoreIssueKind.DeleteFailed] = ("DestinationDeleteFailed", ErrorCategory.WriteError),
        [RestoreIssueKind.NotSupported] = ("RestoreNotSupported", ErrorCategory.NotImplemented),
    };

    /// <summary>The fault of an operation that failed.</summary>
    /// <param name="exception">What it threw.</param>
    /// <param name="target">What it was about.</param>
    public static Fault Of(Exception exception, object? target) => exception switch
    {
        CommandException command => new Fault(command, command.ErrorId, command.Category, target, null),
        BackupException backup => Known.TryGetValue(backup.ErrorId, out (ErrorCategory Category, string? Advice) known)
            ? new Fault(backup, backup.ErrorId, known.Category, target, known.Advice)
            : new Fault(backup, backup.ErrorId, ErrorCategory.NotSpecified, target, null),
        OutOfMemoryException memory => Of(MemoryLimitException.From(memory), target),
        ArgumentException or FormatException => new Fault(exception, "ArgumentInvalid", ErrorCategory.InvalidArgument, target, null),
        UnauthorizedAccessException => new Fault(exception, "AccessDenied", ErrorCategory.PermissionDenied, target, null),
        IOException => new Fault(exception, "ReadOrWriteFailed", ErrorCategory.WriteError, target, null),
        TimeoutException => new Fault(exception, "BackendTimeout", ErrorCategory.OperationTimeout, target, null),
        _ => new Fault(exception, "Unexpected", ErrorCategory.NotSpecified, target, null),
    };

    /// <summary>The fault of something that is not in a backup.</summary>
    public static Fault Of(SkippedEntry entry)
    {
        (string id, ErrorCategory category) = Skips.GetValueOrDefault(entry.Reason, ("SourceReadFailed", ErrorCategory.ReadError));
        return new Fault(new IOException($"{Printable.Name(entry.Path)}: {entry.Message}"), id, category, entry.Path, null);
    }

    /// <summary>The fault of something that could not be restored.</summary>
    public static Fault Of(RestoreIssue issue)
    {
        (string id, ErrorCategory category) = Issues.GetValueOrDefault(issue.Kind, ("RestoreFailed", ErrorCategory.WriteError));
        return new Fault(new IOException($"{Printable.Name(issue.Path)}: {issue.Message}"), id, category, issue.Path, null);
    }

    /// <summary>The fault of a folder whose tree can't be read.</summary>
    public static Fault Of(UnreadableFolder folder) =>
        Of(folder.Error, $"{folder.Snapshot.ToShortString()}:{folder.Path}");

    /// <summary>The fault of a snapshot that was not copied.</summary>
    public static Fault OfUnreadable(SnapshotId snapshot) => Of(
        new RepositoryDamagedException($"The file of snapshot {snapshot.ToShortString()} can't be read, so it was not copied."), snapshot.ToString());

    /// <summary>The fault of a file on the disk that is not as a snapshot has it.</summary>
    public static Fault Of(DiffChange difference) => new(
        new InvalidDataException($"{Printable.Name(difference.Path)}: {difference.DiskText}"),
        difference.Kind switch
        {
            DiffChangeKinds.Added => "NotInSnapshot",
            DiffChangeKinds.Removed => "OnlyInSnapshot",
            _ when difference.Kind.HasFlag(DiffChangeKinds.Type) => "TypeDiffers",
            _ when difference.Kind.HasFlag(DiffChangeKinds.Bitrot) => "ContentDecayed",
            _ when difference.Kind.HasFlag(DiffChangeKinds.Content) => "ContentDiffers",
            _ => "MetadataDiffers",
        },
        ErrorCategory.InvalidResult,
        difference.Path,
        null);

    /// <summary>The fault of something that a check found.</summary>
    public static Fault Of(CheckProblem problem) => new(
        new InvalidDataException(problem.Path.Length > 0 ? $"{problem.Message} (seen at {Printable.Name(problem.Path)})" : problem.Message),
        problem.Kind.ToString(),
        ErrorCategory.InvalidData,
        problem.File?.ToString() ?? problem.Path,
        null);
}
