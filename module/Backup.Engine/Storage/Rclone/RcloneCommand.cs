namespace Backup.Engine.Storage.Rclone;

/// <summary>How rclone is run.</summary>
/// <param name="Program">The program, by name or path.</param>
/// <param name="Arguments">Its arguments, the remote last.</param>
/// <param name="Remote">The remote.</param>
internal sealed record RcloneCommand(string Program, IReadOnlyList<string> Arguments, string Remote)
{
    private const string DefaultArguments = "serve restic --stdio --b2-hard-delete";

    /// <summary>The command for a remote: restic's, unless the settings <c>rclone.program</c> and <c>rclone.args</c> say otherwise.</summary>
    /// <exception cref="ArgumentException">A setting can't be understood.</exception>
    public static RcloneCommand Of(string remote, ConnectionOptions connection)
    {
        if (remote.StartsWith('-'))
        {
            throw new ArgumentException("A remote's name can't begin with a dash: rclone would take it for an option.", nameof(remote));
        }

        List<string> program = Split("rclone.program", connection.Settings.GetValueOrDefault("rclone.program", "rclone"));
        List<string> arguments = Split("rclone.args", connection.Settings.GetValueOrDefault("rclone.args", DefaultArguments));
        return program.Count == 0
            ? throw new ArgumentException("rclone.program names no program.")
            : new RcloneCommand(program[0], [.. program.Skip(1), .. arguments, remote], remote);
    }

    /// <summary>The full path of the program.</summary>
    /// <exception cref="BackendException">It is not there.</exception>
    public string Find() => TryFind(Program) ?? throw new BackendException(
        $"The program {Program} is not there. Install rclone, or say where it is: {Remedy.Setting("rclone.program", "/path/to/rclone")}.", isTransient: false);

    /// <summary>The full path of a program of this name or path; null if there is none.</summary>
    public static string? TryFind(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal) || Path.IsPathFullyQualified(program))
        {
            return File.Exists(program) ? Path.GetFullPath(program) : null;
        }

        string name = OperatingSystem.IsWindows() && !program.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? program + ".exe" : program;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified) // never from the folder that we happen to be in
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    private static List<string> Split(string setting, string text)
    {
        try
        {
            return string.IsNullOrWhiteSpace(text) ? [] : ArgumentSplitter.Split(text, backslashEscapes: !OperatingSystem.IsWindows());
        }
        catch (FormatException exception)
        {
            throw new ArgumentException($"{setting} can't be understood: {exception.Message}.", exception);
        }
    }
}
