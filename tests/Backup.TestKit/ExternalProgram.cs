using System.ComponentModel;
using System.Diagnostics;

namespace Backup.TestKit;

/// <summary>A program that a test runs, such as restic: found on <c>PATH</c>, run to its end, its output kept.</summary>
public sealed class ExternalProgram
{
    private readonly string _path;
    private readonly Dictionary<string, string?> _environment = [];

    private ExternalProgram(string path) => _path = path;

    /// <summary>Where the program runs; null: where the test runs.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Sets a variable of the program's environment; null removes it.</summary>
    public string? this[string variable]
    {
        set => _environment[variable] = value;
    }

    /// <summary>The program of this name or path.</summary>
    /// <exception cref="FileNotFoundException">It is not there: use <see cref="FactIfOnPathAttribute"/>.</exception>
    public static ExternalProgram Named(string name, string? workingDirectory = null) =>
        new(Find(name) ?? throw new FileNotFoundException($"{name} is not on PATH.", name))
        {
            WorkingDirectory = workingDirectory,
        };

    /// <summary>Whether there is a program of this name or path.</summary>
    public static bool Exists(string name) => Find(name) is not null;

    /// <summary>Runs it and gives what it wrote to its standard output.</summary>
    /// <exception cref="InvalidOperationException">It did not end with 0; the message has its output and errors.</exception>
    public string Run(params string[] arguments)
    {
        (int exitCode, string output, string errors) = TryRun(arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{Path.GetFileName(_path)} {string.Join(' ', arguments)} ended with {exitCode}:\n{errors}\n{output}");
    }

    /// <summary>Runs it, however it ends.</summary>
    public (int ExitCode, string Output, string Errors) TryRun(params string[] arguments)
    {
        using Process process = Start(arguments);
        process.StandardInput.Close();
        var errors = new System.Text.StringBuilder();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.ToString().Trim());
    }

    /// <summary>Starts it, with its standard input, output and errors in the caller's hands.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(_path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory ?? "",
        };
        foreach ((string variable, string? value) in _environment)
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start) ?? throw new Win32Exception($"{_path} can't be started.");
    }

    private static string? Find(string name)
    {
        if (Path.IsPathFullyQualified(name))
        {
            return File.Exists(name) ? name : null;
        }

        string fileName = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, fileName))
            .FirstOrDefault(File.Exists);
    }
}
