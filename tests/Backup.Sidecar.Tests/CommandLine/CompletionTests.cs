using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("backup-sidecar sn", "snapshots")]
    [InlineData("backup-sidecar restore latest --over", "--overwrite")]
    [InlineData("backup-sidecar restore latest --overwrite ", "if-changed")]
    [InlineData("backup-sidecar ls ", "latest")]
    [InlineData("backup-sidecar --compression ", "better")]
    [InlineData("backup-sidecar completion p", "pwsh")]
    public async Task The_program_completes_its_own_command_lines(string line, string expected)
    {
        SidecarResult result = await new SidecarInProcess().RunAsync($"[suggest:{line.Length}]", line);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains(expected, result.Output.Split('\n', '\r'));
    }

    [Fact]
    public async Task No_suggestion_looks_like_a_path()
    {
        SidecarResult result = await new SidecarInProcess().RunAsync("[suggest:15]", "backup-sidecar ");

        Assert.DoesNotContain(result.Output.Split('\n'), line => line.StartsWith('/'));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F")]
    [InlineData("zsh", "#compdef backup-sidecar")]
    [InlineData("fish", "complete -c backup-sidecar")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Every_shell_gets_its_script(string shell, string expected)
    {
        SidecarResult result = await new SidecarInProcess().RunAsync("completion", shell);

        Assert.Contains(expected, result.Expect(ExitCodes.Done).Output, StringComparison.Ordinal);
    }

    [FactIfOnPath("bash")]
    public async Task Bash_really_completes()
    {
        using var folder = new TempFolder();
        SidecarResult script = await new SidecarInProcess().RunAsync("completion", "bash");
        string program = Path.Combine(AppContext.BaseDirectory, $"{CommandPath.Program}.dll");
        string path = folder.WriteFile(
            "test.sh",
            $$"""
            backup-sidecar() { dotnet '{{program}}' "$@"; }
            {{script.Output}}
            COMP_LINE='backup-sidecar snapshots --comp'
            COMP_POINT=${#COMP_LINE}
            COMP_WORDS=(backup-sidecar snapshots --comp)
            COMP_CWORD=2
            _backup_sidecar
            printf '%s\n' "${COMPREPLY[@]}"
            """);

        string output = ExternalProgram.Named("bash").Run(path);

        Assert.Equal(["--compact", "--compression"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }
}
