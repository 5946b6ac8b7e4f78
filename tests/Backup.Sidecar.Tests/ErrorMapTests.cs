using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests;

public sealed class ErrorMapTests
{
    [Fact]
    public void Errors_end_with_the_codes_of_restic()
    {
        Assert.Equal(10, ErrorMap.ExitCode(new RepositoryNotFoundException("none")));
        Assert.Equal(11, ErrorMap.ExitCode(new RepositoryLockedException("locked")));
        Assert.Equal(12, ErrorMap.ExitCode(new PasswordIncorrectException("wrong")));
        Assert.Equal(130, ErrorMap.ExitCode(new TaskCanceledException()));
        Assert.Equal(1, ErrorMap.ExitCode(new StorageFullException("full")));
        Assert.Equal(1, ErrorMap.ExitCode(new UsageException("what?")));
        Assert.Equal(1, ErrorMap.ExitCode(new InvalidOperationException("a bug")));
    }

    [Fact]
    public void Every_command_that_advice_names_exists()
    {
        BackupException[] errors =
        [
            new RepositoryNotFoundException(""), new RepositoryLockedException(""), new PasswordIncorrectException(""),
            new RepositoryDamagedException(""), new SnapshotNotFoundException(""), new SnapshotAmbiguousException(""),
            new ItemNotFoundException(""),
        ];
        var tree = new CommandTree(new SidecarInProcess().NewSession());

        Assert.All(errors, error =>
        {
            string advice = ErrorMap.Advice(error) ?? "";
            IEnumerable<string> named = advice.Split("backup-sidecar ").Skip(1).Select(rest => rest.Split(' ', '.', ',')[0]);
            Assert.All(named, name => Assert.Contains(tree.Root.Subcommands, verb => verb.Name == name));
        });
    }

    [Fact]
    public void Memory_that_runs_out_is_no_bug()
    {
        var error = new InsufficientMemoryException(); // one that may be made by hand

        Assert.DoesNotContain(nameof(InsufficientMemoryException), ErrorMap.Message(error), StringComparison.Ordinal);
        Assert.Contains("was used up", ErrorMap.Message(error), StringComparison.Ordinal);
        Assert.Equal("MemoryTooSmall", ErrorMap.JobError(error).ErrorId);
        Assert.Contains("--pack-size", ErrorMap.Advice(error), StringComparison.Ordinal);
        Assert.Equal(1, ErrorMap.ExitCode(error));
    }

    [Fact]
    public void A_bug_names_its_type_and_an_expected_error_does_not()
    {
        Assert.StartsWith("InvalidOperationException: a bug", ErrorMap.Message(new InvalidOperationException("a bug")), StringComparison.Ordinal);
        Assert.Equal("full", ErrorMap.Message(new StorageFullException("full")));
        Assert.Equal("No such plan.", ErrorMap.Message(new ArgumentException("No such plan.", "plan")));
        Assert.Equal("No such plan.", ErrorMap.JobError(new ArgumentException("No such plan.", "plan")).Message);
    }
}
