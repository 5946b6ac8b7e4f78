using System.Diagnostics;

namespace Backup.Benchmarks.Compare;

/// <summary>A program that takes part. Ours and restic understand the same verbs.</summary>
internal sealed class Contestant
{
    private const string RepositoryName = "repository";

    private readonly string _program;
    private readonly string _folder;
    private readonly Dictionary<string, string> _environment;

    private Contestant(string name, string program, string folder, string prefix, string? server)
    {
        (Name, _program, _folder) = (name, program, folder);
        _environment = new()
        {
            [prefix + "_PASSWORD"] = "benchmark",
            [prefix + "_REPOSITORY"] = server is null ? Repository : $"{server}{Path.GetFileName(folder)}/{RepositoryName}/",
            [prefix + "_CACHE_DIR"] = Path.Combine(folder, "cache"),
        };
    }

    /// <summary>Program and version.</summary>
    public string Name { get; }

    private string Repository => Path.Combine(_folder, RepositoryName);

    private string Target => Path.Combine(_folder, "target");

    /// <summary>Ours.</summary>
    /// <param name="program">The program.</param>
    /// <param name="work">Where its files are.</param>
    /// <param name="server">The location of what serves that folder; null: the repository is used as a local one.</param>
    public static Contestant Ours(string program, string work, string? server) =>
        new(VersionOf(program), program, Path.Combine(work, "ours"), "BACKUP", server);

    /// <summary>One of restic's, likewise.</summary>
    public static Contestant Restic(string program, string work, string? server)
    {
        string version = VersionOf(program);
        return new(version, program, Path.Combine(work, version.Replace(' ', '-')), "RESTIC", server);
    }

    /// <summary>An empty repository in place of the last one.</summary>
    public async Task InitAsync()
    {
        Clear(_folder);
        Directory.CreateDirectory(_folder);
        await MeasuredProcess.RunAsync(Do(cached: false, "init"));
    }

    public Task<Measurement> BackupAsync(Corpus corpus, bool force = false, bool cached = false) => MeasuredProcess.RunAsync(
        Do(cached, force ? ["backup", "--force", "."] : ["backup", "."]) with { WorkingDirectory = corpus.Path });

    public Task<Measurement> RestoreAsync(bool intoEmpty, bool cached = false)
    {
        if (intoEmpty)
        {
            Clear(Target);
        }

        return MeasuredProcess.RunAsync(Do(cached, "restore", "latest", "--target", Target));
    }

    public Task<Measurement> CheckAsync(bool readData, bool cached = false) =>
        MeasuredProcess.RunAsync(Do(cached, readData ? ["check", "--read-data"] : ["check"]));

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

    private Command Do(bool cached, params string[] arguments) =>
        new(_program, [.. arguments, "--quiet", .. cached ? Array.Empty<string>() : ["--no-cache"]]) { Environment = _environment };
}
