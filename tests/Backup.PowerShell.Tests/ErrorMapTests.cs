using System.Management.Automation;
using Backup.Engine;

namespace Backup.PowerShell.Tests;

public sealed class ErrorMapTests
{
    public static TheoryData<string, ErrorCategory> Pinned => new()
    {
        { "RepositoryNotFound", ErrorCategory.ObjectNotFound },
        { "RepositoryExists", ErrorCategory.ResourceExists },
        { "RepositoryLocked", ErrorCategory.ResourceBusy },
        { "RepositoryDamaged", ErrorCategory.InvalidData },
        { "PasswordIncorrect", ErrorCategory.AuthenticationError },
        { "BackendUnavailable", ErrorCategory.ConnectionError },
        { "BackendAccessDenied", ErrorCategory.PermissionDenied },
        { "StorageFull", ErrorCategory.QuotaExceeded },
        { "SnapshotNotFound", ErrorCategory.ObjectNotFound },
        { "SnapshotAmbiguous", ErrorCategory.InvalidArgument },
        { "ItemNotFound", ErrorCategory.ObjectNotFound },
        { "MemoryTooSmall", ErrorCategory.LimitsExceeded },
    };

    [Theory]
    [MemberData(nameof(Pinned))]
    public void Categories_are_part_of_the_interface(string errorId, ErrorCategory category)
    {
        Fault fault = ErrorMap.Of(Throwable(errorId), "target");

        Assert.Equal(errorId, fault.ErrorId);
        Assert.Equal(category, fault.Category);
        Assert.Equal("target", fault.Target);
    }

    [Fact]
    public void Memory_that_runs_out_is_no_bug() => Assert.Equal("MemoryTooSmall", ErrorMap.Of(new InsufficientMemoryException(), null).ErrorId);

    [Fact]
    public void Every_error_of_the_engine_has_a_category()
    {
        IEnumerable<string> uncategorized = Exceptions()
            .Where(exception => ErrorMap.Of(exception, null).Category == ErrorCategory.NotSpecified)
            .Select(exception => exception.ErrorId);

        Assert.Empty(uncategorized);
    }

    [Theory]
    [InlineData(SkipReason.AccessDenied, "SourceAccessDenied", ErrorCategory.PermissionDenied)]
    [InlineData(SkipReason.NotFound, "SourceNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData(SkipReason.ReadFailed, "SourceReadFailed", ErrorCategory.ReadError)]
    public void What_is_not_in_a_backup_says_why(SkipReason reason, string errorId, ErrorCategory category)
    {
        Fault fault = ErrorMap.Of(new SkippedEntry("/a\nb", reason, "no"));

        Assert.Equal((errorId, category), (fault.ErrorId, fault.Category));
        Assert.Equal("/a\nb", fault.Target);
        Assert.Equal("\"/a\\nb\": no", fault.Exception.Message);
    }

    [Fact]
    public void Every_reason_of_a_skip_and_every_kind_of_issue_has_an_id_of_its_own()
    {
        Assert.Distinct(Enum.GetValues<SkipReason>().Select(reason => ErrorMap.Of(new SkippedEntry("/a", reason, "")).ErrorId));
        Assert.Distinct(Enum.GetValues<RestoreIssueKind>().Select(kind => ErrorMap.Of(new RestoreIssue("/a", kind, "")).ErrorId));
    }

    [Theory]
    [InlineData(DiffChangeKinds.Added, "NotInSnapshot", "not in the snapshot")]
    [InlineData(DiffChangeKinds.Removed, "OnlyInSnapshot", "only in the snapshot")]
    [InlineData(DiffChangeKinds.Type | DiffChangeKinds.Metadata, "TypeDiffers", "of another type")]
    [InlineData(DiffChangeKinds.Content | DiffChangeKinds.Metadata, "ContentDiffers", "differs")]
    [InlineData(DiffChangeKinds.Content | DiffChangeKinds.Bitrot, "ContentDecayed", "differs, though no time has changed: the disk may be failing")]
    [InlineData(DiffChangeKinds.Metadata, "MetadataDiffers", "other metadata")]
    public void A_file_that_is_not_as_a_snapshot_has_it_says_how(DiffChangeKinds kind, string errorId, string text)
    {
        Fault fault = ErrorMap.Of(new DiffChange("/a", kind, null, null));

        Assert.Equal((errorId, ErrorCategory.InvalidResult, "/a"), (fault.ErrorId, fault.Category, fault.Target));
        Assert.Equal($"/a: {text}", fault.Exception.Message);
    }

    [Fact]
    public void What_nobody_expected_keeps_its_exception()
    {
        var exception = new InvalidOperationException("oops");

        Fault fault = ErrorMap.Of(exception, null);

        Assert.Same(exception, fault.Exception);
        Assert.Equal("Unexpected", fault.ErrorId);
    }

    private static BackupException Throwable(string errorId) => Exceptions().First(exception => exception.ErrorId == errorId);

    private static IEnumerable<BackupException> Exceptions() =>
        from type in typeof(BackupException).Assembly.GetExportedTypes()
        where type.IsSubclassOf(typeof(BackupException)) && !type.IsAbstract
        let constructor = type.GetConstructors().First()
        select (BackupException)constructor.Invoke(
            [.. constructor.GetParameters().Select(parameter => parameter.ParameterType == typeof(string) ? "message"
                : parameter.HasDefaultValue ? parameter.DefaultValue
                : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null)]);
}
