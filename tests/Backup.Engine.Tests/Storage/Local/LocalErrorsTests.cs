using Backup.Engine.Storage.Local;

namespace Backup.Engine.Tests.Storage.Local;

public sealed class LocalErrorsTests
{
    private static readonly FileHandle File = new(FileKind.Pack, Digest.Parse(new string('7', 64)));

    [FactOnLinux]
    public void A_used_up_quota_is_a_full_disk() =>
        Assert.IsType<StorageFullException>(Translate(new IOException("Disk quota exceeded", 122)));

    [Fact]
    public void An_unknown_error_may_pass_and_keeps_its_cause()
    {
        var cause = new IOException("Input/output error", 5);

        BackendException error = Assert.IsType<BackendException>(Translate(cause));

        Assert.True(error.IsTransient);
        Assert.Same(cause, error.InnerException);
        Assert.Contains(File.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("/srv/backup", error.Message, StringComparison.Ordinal);
        Assert.Contains("Input/output error", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_denied_access_does_not_pass() =>
        Assert.False(Assert.IsType<BackendAccessDeniedException>(Translate(new UnauthorizedAccessException("Permission denied"))).IsTransient);

    [Fact]
    public void A_fault_of_the_program_is_left_as_it_is() =>
        Assert.False(LocalErrors.IsKnown(new InvalidOperationException()));

    private static BackupException Translate(Exception exception) =>
        LocalErrors.Translate(exception, "saved", File, "/srv/backup");
}
