using System.Diagnostics;

namespace Backup.Benchmarks.Compare;

/// <summary>A program that takes part. Ours and restic understand the same verbs.</summary>
internal sealed class Contestant
{
    private readonly string _program;
    private readonly string _folder;
    private readonly Dictionary<string, string> _environment;

    private Contestant(string name, string program, string folder, string prefix, IEnumerable<string> quiet)
    {
        (Name, _program, _folder, Quiet) = (name, program, folder, [.. quiet]);
        _environment = new()
        {
            [prefix + "_PASSWORD"] = "benchmark",
            [prefix + "_REPOSITORY"] = Repository,
        };
    }

    /// <summary>Program and version.</summary>
    public string Name { get; }

    private string[] Quiet { get; }

    private string Repository => Path.Combine(_folder, "repository");

    private string Target => Path.Combine(_folder, "target");

    public static Contestant Ours(string program, string work) =>
        new(VersionOf(program), program, Path.Combine(work, "ours"), "BACKUP", ["--no-cache", "--quiet"]);

    public static Contestant Restic(string program, string work)
    {
        string version = VersionOf(program);
        return new(version, program, Path.Combine(work, version.Replace(' ', '-')), "RESTIC", ["--no-cache", "--quiet"]);
    }

    /// <summary>An empty repository in place of the last one.</summary>
    public async Task InitAsync()
    {
        Clear(_folder);
        Directory.CreateDirectory(_folder);
        await MeasuredProcess.RunAsync(Do("init"));
    }

    public Task<Measurement> BackupAsync(Corpus corpus, bool force = false) => MeasuredProcess.RunAsync(
        Do(force ? ["backup", "--force", "."] : ["backup", "."]) with { WorkingDirectory = corpus.Path });

    public Task<Measurement> RestoreAsync(bool intoEmpty)
    {
        if (intoEmpty)
        {
            Clear(Target);
        }

        return MeasuredProcess.RunAsync(Do("restore", "latest", "--target", Target));
    }

    public Task<Measurement> CheckAsync(bool readData) => MeasuredProcess.RunAsync(readData ? Do("check", "--read-data") : Do("check"));

    public long RepositorySize() => new DirectoryInfo(Repository).GetFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public void Clear() => Clear(_folder);

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string VersionOf(string program)
    {
        var start = new ProcessStartInfo(program, ["version"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} can't be started.");
        string[] words = process.StandardOutput.ReadToEnd().Split();
        process.WaitForExit();
        return words.Length > 1 ? $"{words[0]} {words[1]}" : throw new InvalidOperationException($"{program} tells no version.");
    }

    private Command Do(params string[] arguments) =>
        new(_program, [.. arguments, .. Quiet]) { Environment = _environment };
}
