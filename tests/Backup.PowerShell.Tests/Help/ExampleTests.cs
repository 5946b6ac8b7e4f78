using System.Text.RegularExpressions;
using Backup.PowerShell.Tests.Surface;
using YamlDotNet.RepresentationModel;

namespace Backup.PowerShell.Tests.Help;

/// <summary>The ready examples for schedules and CI: they are what those services understand, and their scripts run.</summary>
public sealed partial class ExampleTests : IDisposable
{
    private const string Prelude =
        """
        $ErrorActionPreference = 'Stop'
        function Install-PSResource { param([string] $Name, [switch] $Prerelease, [switch] $TrustRepository) }
        New-BackupRepository | Disconnect-BackupRepository
        Set-Location -LiteralPath $env:WORK

        """;

    private readonly TempFolder _folder = new();

    public ExampleTests()
    {
        _folder.WriteFile("work/readme.txt", "text");
        _folder.WriteFile("work/.git/config", "not to be backed up");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("github-actions.yml", "on", "schedule")]
    [InlineData("azure-pipelines.yml", "schedules")]
    public void A_workflow_has_a_schedule(string file, params string[] path)
    {
        YamlNode node = Load(file);
        foreach (string key in path)
        {
            node = node[key];
        }

        Assert.Matches(@"^\d+ \d+ \* \* \*$", Assert.Single((YamlSequenceNode)node)["cron"].ToString());
    }

    [FactIfPowerShell]
    public void The_step_of_GitHub_Actions_runs()
    {
        YamlNode step = ((YamlSequenceNode)Load("github-actions.yml")["jobs"]["backup"]["steps"])[1];

        RunAndExpectSnapshot(step["run"].ToString());

        Assert.Equal("pwsh", step["shell"].ToString());
        Assert.All(Variables(step["env"]), each => Assert.Equal($"${{{{ secrets.{each.Key} }}}}", each.Value));
        Assert.Matches(@"^snapshot [0-9a-f]{64}: Succeeded\s*$", File.ReadAllText(_folder.Combine("summary")));
    }

    [FactIfPowerShell]
    public void The_step_of_Azure_Pipelines_runs()
    {
        YamlNode step = Assert.Single((YamlSequenceNode)Load("azure-pipelines.yml")["steps"]);

        RunAndExpectSnapshot(step["pwsh"].ToString().Replace("$(Build.SourcesDirectory)", _folder.Combine("work"), StringComparison.Ordinal));

        Assert.All(Variables(step["env"]), each => Assert.Equal($"$({each.Key})", each.Value));
    }

    [FactIfPowerShell]
    public void The_script_of_GitLab_CI_runs()
    {
        YamlNode job = Load("gitlab-ci.yml")["backup"];
        Match command = GitLabCommand().Match(Assert.Single((YamlSequenceNode)job["script"]).ToString());

        RunAndExpectSnapshot(command.Groups[1].Value);

        Assert.Contains("schedule", Assert.Single((YamlSequenceNode)job["rules"])["if"].ToString(), StringComparison.Ordinal);
    }

    [FactIfPowerShell]
    public void The_script_that_schedules_a_task_of_Windows_runs_the_nightly_one()
    {
        string output = Run(
            $$"""
            function New-ScheduledTaskAction { param($Execute, $Argument) "$Execute $Argument" }
            function New-ScheduledTaskTrigger { param([switch] $Daily, [datetime] $At) "daily at $($At.ToString('HH:mm'))" }
            function New-ScheduledTaskSettingsSet { param([switch] $StartWhenAvailable, [switch] $RunOnlyIfNetworkAvailable) 'settings' }
            function Register-ScheduledTask { param($TaskName, $Action, $Trigger, $Settings) "$TaskName; $Action; $Trigger; $Settings" }
            & '{{Example("scheduled-task.ps1")}}' -Script C:/nightly.ps1
            """);

        Assert.Equal(
            "Nightly backup; pwsh.exe -NoProfile -NonInteractive -File \"C:/nightly.ps1\" -Repository home; daily at 03:17; settings", output.Trim());
    }

    [Fact]
    public void The_unit_of_systemd_starts_the_nightly_script_with_parameters_that_it_has()
    {
        Dictionary<string, string> unit = Unit("backup.service");
        string script = File.ReadAllText(Example("nightly.ps1"));

        Assert.StartsWith("/usr/bin/pwsh -NoProfile -NonInteractive -File /etc/backup/nightly.ps1 ", unit["Service/ExecStart"], StringComparison.Ordinal);
        Assert.All(
            ScriptParameter().Matches(unit["Service/ExecStart"].Split("nightly.ps1")[1]).Select(match => match.Groups[1].Value),
            parameter => Assert.Contains($"${parameter}", script, StringComparison.Ordinal));
        Assert.Contains($"? {unit["Service/SuccessExitStatus"]} :", script, StringComparison.Ordinal);
    }

    [FactIfOnPath("systemd-analyze")]
    public void The_timer_of_systemd_has_a_time_that_systemd_understands()
    {
        Dictionary<string, string> timer = Unit("backup.timer");

        ExternalProgram.Named("systemd-analyze").Run("calendar", timer["Timer/OnCalendar"]);
        ExternalProgram.Named("systemd-analyze").Run("timespan", timer["Timer/RandomizedDelaySec"]);
    }

    private static string Example(string file) => SourceTree.Combine($"module/help/examples/{file}");

    /// <summary>The one document of a file; what is not YAML, or has a key twice, is refused.</summary>
    private static YamlNode Load(string file)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(File.ReadAllText(Example(file)));
        stream.Load(reader);
        return Assert.Single(stream.Documents).RootNode;
    }

    private static Dictionary<string, string> Variables(YamlNode node)
    {
        Dictionary<string, string> variables = ((YamlMappingNode)node).ToDictionary(each => each.Key.ToString(), each => each.Value.ToString());
        Assert.Equal(["BACKUP_PASSWORD", "BACKUP_REPOSITORY"], variables.Keys.Order(StringComparer.Ordinal));
        return variables;
    }

    private static Dictionary<string, string> Unit(string file)
    {
        string section = "";
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in File.ReadAllLines(Example(file)).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[')
            {
                section = line.Trim('[', ']');
                Assert.True(section is "Unit" or "Service" or "Timer" or "Install", section);
                continue;
            }

            string[] parts = line.Split('=', 2);
            Assert.Equal(2, parts.Length);
            settings[$"{section}/{parts[0]}"] = parts[1];
        }

        return settings;
    }

    private void RunAndExpectSnapshot(string script)
    {
        Run(Prelude + script);

        Assert.Single(Directory.GetFiles(_folder.Combine("repository/snapshots")));
        Assert.Empty(Directory.GetFiles(_folder.Combine("repository/locks")));
    }

    private string Run(string script)
    {
        ExternalProgram pwsh = ExternalProgram.Named("pwsh");
        pwsh["PSModulePath"] = StagedModule.Combine("../..");
        pwsh["XDG_CONFIG_HOME"] = _folder.Combine("settings");
        pwsh["WORK"] = _folder.Combine("work");
        pwsh["BACKUP_REPOSITORY"] = _folder.Combine("repository");
        pwsh["BACKUP_PASSWORD"] = "correct horse battery staple";
        pwsh["GITHUB_STEP_SUMMARY"] = _folder.Combine("summary");
        pwsh["GITHUB_REF_NAME"] = "main";
        pwsh["NO_COLOR"] = "1";
        return pwsh.Run("-NoProfile", "-NonInteractive", "-File", _folder.WriteFile("script.ps1", script));
    }

    [GeneratedRegex("^pwsh -NoProfile -NonInteractive -Command '([^']+)'$")]
    private static partial Regex GitLabCommand();

    [GeneratedRegex(" -([A-Za-z]+)")]
    private static partial Regex ScriptParameter();
}
