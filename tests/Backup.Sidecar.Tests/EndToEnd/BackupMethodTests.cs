using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>The commands that make an application hold still, and how much is read.</summary>
public sealed class BackupMethodTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [FactOnLinux]
    public async Task A_hybrid_backup_runs_both_commands_and_says_how_long_the_application_held_still()
    {
        await NewRepositoryAsync();

        SidecarResult text = await _repository.RunAsync(
            "backup", "--method", "hybrid", "--quiesce-command", Touch("quiet"), "--resume-command", Touch("resumed"), _repository.Files);
        SidecarResult json = await _repository.RunAsync(
            "backup", "--json", "--method", "offline", "--quiesce-command", "true", "--resume-command", "true", _repository.Files);

        Assert.Matches(@"quiet  \d+\.\d seconds", text.Output);
        Assert.True(File.Exists(_repository.Combine("quiet")) && File.Exists(_repository.Combine("resumed")));
        Assert.InRange(json.Line("summary").GetProperty("downtime").GetDouble(), 0, 60);
    }

    [FactOnLinux]
    public async Task An_application_that_does_not_hold_still_is_resumed_and_not_backed_up()
    {
        await NewRepositoryAsync();

        SidecarResult result = await _repository.InProcess.RunAsync(
            "backup", "--method", "offline", "--quiesce-command", "sh -c 'echo no way >&2; exit 7'", "--resume-command", Touch("resumed"), _repository.Files);
        SidecarResult snapshots = await _repository.RunAsync("snapshots", "--json");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("no way", result.Errors, StringComparison.Ordinal);
        Assert.Contains("failed with exit code 7", result.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(_repository.Combine("resumed")));
        Assert.Empty(snapshots.Document.EnumerateArray());
    }

    [FactOnLinux]
    public async Task A_resume_that_fails_is_an_error_although_there_is_a_snapshot()
    {
        await NewRepositoryAsync();

        SidecarResult result = await _repository.InProcess.RunAsync(
            "backup", "--method", "offline", "--quiesce-command", "true", "--resume-command", "no-such-program", _repository.Files);
        SidecarResult snapshots = await _repository.RunAsync("snapshots", "--json");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("may still hold still", result.Errors, StringComparison.Ordinal);
        Assert.Single(snapshots.Document.EnumerateArray());
    }

    [Fact]
    public async Task A_full_backup_reads_all_and_a_differential_one_what_changed_since()
    {
        await NewRepositoryAsync();
        _repository.Write("two.txt", "two");
        string full = await _repository.BackUpAsync("--type", "full");
        _repository.Write("two.txt", "two and a half");
        await _repository.BackUpAsync();

        SidecarResult differential = await _repository.RunAsync("backup", "--json", "--type", "differential", _repository.Files);

        Assert.Equal(full, differential.Line("summary").GetProperty("parent").GetString());
        Assert.Equal(1, differential.Line("summary").GetProperty("files_changed").GetInt32());
        Assert.Equal(1, differential.Line("summary").GetProperty("files_unmodified").GetInt32());
    }

    [Theory]
    [InlineData("--method", "sleepy")]
    [InlineData("--method", "offline")]
    [InlineData("--method", "offline", "--quiesce-command", "true")]
    [InlineData("--quiesce-command", "true", "--resume-command", "true")]
    [InlineData("--method", "offline", "--quiesce-command", "true", "--resume-command", "true", "--hook-timeout", "soon")]
    [InlineData("--method", "hybrid", "--quiesce-command", "true", "--resume-command", "true", "--stdin")]
    [InlineData("--type", "half")]
    [InlineData("--type", "differential", "--parent", "latest")]
    [InlineData("--type", "differential", "--force")]
    public async Task What_makes_no_sense_is_refused_before_anything_is_done(params string[] options)
    {
        SidecarResult result = await _repository.InProcess.RunAsync(["backup", .. options, .. options.Contains("--stdin") ? Array.Empty<string>() : ["."]]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Matches("method|type|command|timeout|reads twice|differential|force", result.Errors);
    }

    public void Dispose() => _repository.Dispose();

    private async Task NewRepositoryAsync()
    {
        _repository.Write("one.txt", "one");
        await _repository.CreateAsync();
    }

    private string Touch(string name) => $"touch '{_repository.Combine(name)}'";
}
