using System.Diagnostics;
using System.Text;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>Backups of what other programs print.</summary>
public sealed class StandardInputTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task The_input_becomes_a_file()
    {
        await _repository.CreateAsync();
        byte[] content = new byte[2_000_000];
        new Random(2).NextBytes(content);

        SidecarResult backup = await _repository.Process.RunAsync(content, ["backup", "--stdin", "--stdin-filename", "/dumps/db.sql"]);
        SidecarResult dump = await _repository.Process.RunAsync("dump", "latest", "/dumps/db.sql");

        Assert.Empty(backup.Expect(ExitCodes.Done).Errors);
        Assert.Equal(content, dump.Expect(ExitCodes.Done).OutputBytes);
    }

    [FactOnLinux]
    public async Task Waiting_for_input_can_be_stopped()
    {
        await _repository.CreateAsync();
        using Process process = _repository.Process.Start("backup", "--stdin", "--json");
        await process.StandardInput.BaseStream.WriteAsync(new byte[1_000_000]);
        await process.StandardInput.BaseStream.FlushAsync();
        await process.StandardOutput.ReadLineAsync();

        ExternalProgram.Named("kill").Run("-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        SidecarResult result = await SidecarProcess.ResultOfAsync(process);

        result.Expect(ExitCodes.Interrupted);
        Assert.Empty(_repository.Locks);
    }

    [FactOnLinux]
    public async Task The_output_of_a_command_becomes_a_file()
    {
        await _repository.CreateAsync();

        await _repository.RunAsync("backup", "--stdin-from-command", "--stdin-filename", "greeting", "--", "printf", "%s\n", "-v hello");
        SidecarResult dump = await _repository.RunAsync("dump", "latest", "greeting");

        Assert.Equal("-v hello\n", dump.Output);
    }

    [FactOnLinux]
    public async Task A_command_that_fails_makes_no_snapshot()
    {
        await _repository.CreateAsync();

        SidecarResult result = await _repository.InProcess.RunAsync(
            "backup", "--stdin-from-command", "--", "sh", "-c", "echo half of it; exit 7");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("7", result.Errors, StringComparison.Ordinal);
        Assert.Empty(_repository.Snapshots);
        Assert.Empty(_repository.Locks);
    }

    [FactOnLinux]
    public async Task No_command_line_is_recorded()
    {
        await _repository.CreateAsync();

        await _repository.RunAsync("backup", "--stdin-from-command", "--", "printf", "--", "hunter2");
        SidecarResult snapshot = await _repository.RunAsync("cat", "snapshot", "latest");

        Assert.DoesNotContain("hunter2", snapshot.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("printf", snapshot.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_of_paths_may_come_from_the_input()
    {
        string wanted = _repository.Write("wanted.txt", "1");
        _repository.Write("other.txt", "2");
        await _repository.CreateAsync();

        SidecarResult backup = await _repository.Process.RunAsync(Encoding.UTF8.GetBytes(wanted + "\0"), ["backup", "--files-from-raw", "-"]);
        SidecarResult list = await _repository.RunAsync("ls", "-q", "latest");

        backup.Expect(ExitCodes.Done);
        Assert.Contains(wanted, list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("other.txt", list.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--stdin", "/some/path")]
    [InlineData("--stdin-from-command")]
    [InlineData("--stdin", "--stdin-from-command", "--", "true")]
    [InlineData("--stdin", "--files-from", "list")]
    [InlineData()]
    public async Task What_contradicts_itself_is_refused(params string[] args)
    {
        await _repository.CreateAsync();

        SidecarResult result = await _repository.InProcess.RunAsync(["backup", .. args]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Empty(_repository.Snapshots);
    }

    public void Dispose() => _repository.Dispose();
}
