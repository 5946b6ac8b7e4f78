using System.Diagnostics;
using Backup.Benchmarks.Compare;

namespace Backup.Benchmarks.Scale;

/// <summary>Ours or restic, with a copy of a repository of its own. Both understand the same verbs.</summary>
internal sealed class ScaleContestant
{
    private readonly string _program;
    private readonly string _repository;
    private readonly Dictionary<string, string> _environment;

    /// <summary>A program.</summary>
    /// <param name="program">Where it is.</param>
    /// <param name="prefix">What its environment variables begin with.</param>
    /// <param name="work">The folder for its repository.</param>
    public ScaleContestant(string program, string prefix, string work)
    {
        _program = program;
        Name = VersionOf(program);
        _repository = Path.Combine(work, Name.Replace(' ', '-'));
        _environment = new() { [prefix + "_PASSWORD"] = "benchmark", [prefix + "_REPOSITORY"] = _repository };
    }

    /// <summary>Program and version.</summary>
    public string Name { get; }

    /// <summary>Takes the same files as another repository has, in place of those before. Files are never written to, so they are shared.</summary>
    public void UseCopyOf(string repository)
    {
        Clear();
        using Process process = Process.Start("cp", ["-al", repository, _repository]);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{repository} can't be copied.");
        }
    }

    public Task<Measurement> RunAsync(params string[] arguments) =>
        MeasuredProcess.RunAsync(new Command(_program, [.. arguments, "--quiet", "--no-cache"]) { Environment = _environment });

    public void Clear()
    {
        if (Directory.Exists(_repository))
        {
            Directory.Delete(_repository, recursive: true);
        }
    }

    private static string VersionOf(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, ["version"]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} can't be started.");
        string[] words = process.StandardOutput.ReadToEnd().Split();
        process.WaitForExit();
        return words.Length > 1 ? $"{words[0]} {words[1]}" : throw new InvalidOperationException($"{program} tells no version.");
    }
}
