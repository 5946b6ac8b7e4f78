namespace Backup.PowerShell.Tests;

/// <summary>A fact that needs PowerShell 7.6 or newer on <c>PATH</c>; where there is none it is skipped, and the summary says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactIfPowerShellAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(Look);

    public FactIfPowerShellAttribute() => Skip = Missing.Value;

    private static string? Look()
    {
        if (!ExternalProgram.Exists("pwsh"))
        {
            return "Needs pwsh on PATH.";
        }

        (_, string output, _) = ExternalProgram.Named("pwsh").TryRun("-NoProfile", "-NonInteractive", "-Command", "$PSVersionTable.PSVersion.ToString()");
        return Version.TryParse(output.Split('-')[0], out Version? version) && version >= new Version(7, 6)
            ? null
            : $"Needs PowerShell 7.6; the one on PATH is {output.Trim()}.";
    }
}
