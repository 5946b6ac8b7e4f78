using Backup.PowerShell.Tests.Surface;

namespace Backup.PowerShell.Tests;

/// <summary>The staged module in a real PowerShell: the least that has to work. Pester has the rest.</summary>
public sealed class InPowerShellTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactIfPowerShell]
    public void It_is_imported_twice_and_exports_its_cmdlets()
    {
        string output = Run("Import-Module $env:MODULE; Import-Module $env:MODULE -Force; (Get-Command -Module Backup).Name");

        Assert.Equal(Cmdlets.All.Select(cmdlet => cmdlet.Name), output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));
    }

    [FactIfPowerShell]
    public void What_it_backs_up_it_restores()
    {
        _folder.WriteFile("documents/report.txt", "a report");

        string output = Run(
            """
            Import-Module $env:MODULE
            Set-Location -LiteralPath $env:FOLDER
            New-BackupRepository ./repository -Password (ConvertTo-SecureString 'a long password' -AsPlainText -Force) | Out-Null
            $result = Invoke-Backup ./documents
            Restore-Backup "$($result.SnapshotId):$($result.Snapshot.Paths[0])" ./restored | Out-Null
            "$($result.Status) $($result.FilesNew) $(Test-BackupRepository -ReadData) $(Get-Content ./restored/report.txt) $((Get-ChildItem ./repository/locks).Count)"
            """);

        Assert.Equal("Succeeded 1 True a report 0", output.Trim());
    }

    /// <summary>What it was compiled against is a stub of an older version.</summary>
    [FactIfPowerShell]
    public void Every_member_that_it_uses_is_there()
    {
        string output = Run(
            """
            Import-Module $env:MODULE
            $module = (Get-Module Backup).ImplementingAssembly.ManifestModule
            $found = 0
            foreach ($token in 0x0A000001..0x0A00FFFF) {
                try { [void] $module.ResolveMember($token); $found++ }
                catch [ArgumentOutOfRangeException] { break }
                catch [ArgumentException] { } # a member of a generic type within one, which needs to know of what
                catch { "$($_.Exception.InnerException.GetType().Name): $($_.Exception.InnerException.Message)" }
            }
            "found enough: $($found -gt 500)"
            """);

        Assert.Equal("found enough: True", output.Trim());
    }

    private string Run(string script)
    {
        ExternalProgram pwsh = ExternalProgram.Named("pwsh");
        pwsh["MODULE"] = StagedModule.Combine("Backup.psd1");
        pwsh["FOLDER"] = _folder.FullName;
        pwsh["NO_COLOR"] = "1";
        return pwsh.Run("-NoProfile", "-NonInteractive", "-File", _folder.WriteFile("script.ps1", script));
    }
}
