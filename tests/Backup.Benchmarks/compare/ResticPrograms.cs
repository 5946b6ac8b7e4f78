namespace Backup.Benchmarks.Compare;

/// <summary>Finds restic.</summary>
internal static class ResticPrograms
{
    /// <summary>Those that were named; else what <c>BACKUP_RESTIC_NEW</c> names, and the one on PATH.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> named)
    {
        if (named.Count > 0)
        {
            return named;
        }

        string[] found = [Environment.GetEnvironmentVariable("BACKUP_RESTIC_NEW") ?? "", OnPath() ?? ""];
        string[] programs = [.. found.Where(program => program.Length > 0)];
        return programs.Length > 0
            ? programs
            : throw new InvalidOperationException("There is no restic on PATH: install it, or name it by --restic.");
    }

    private static string? OnPath() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "restic"))
        .FirstOrDefault(File.Exists);
}
