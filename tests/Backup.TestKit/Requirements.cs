namespace Backup.TestKit;

/// <summary>Why a test can't run here.</summary>
internal static class Requirements
{
    public static string? Unmet(string[] programs, bool asRoot)
    {
        string[] missing = [.. programs.Where(program => !ExternalProgram.Exists(program))];
        if (missing.Length > 0)
        {
            return $"Needs {string.Join(", ", missing)} on PATH.";
        }

        return asRoot && !Environment.IsPrivilegedProcess ? "Needs root." : null;
    }

    public static string? UnmetOnLinux(RunBy user)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "Needs Linux.";
        }

        return user switch
        {
            RunBy.Root when !Environment.IsPrivilegedProcess => "Needs root.",
            RunBy.OrdinaryUser when Environment.IsPrivilegedProcess => "Root may read everything: run it as another user.",
            _ => null,
        };
    }
}
