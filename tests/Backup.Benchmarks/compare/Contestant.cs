using System.Diagnostics;

namespace Backup.Benchmarks.Compare;

/// <summary>A program that takes part.</summary>
internal sealed class Contestant
{
    private const string RepositoryName = "repository";

    private readonly string _program;
    private readonly string _folder;
    private readonly Verbs _verbs;
    private readonly string[] _always;
    private readonly Dictionary<string, string> _environment;
    private int _snapshots;

    private Contestant(string program, string folder, Verbs verbs, string? server, params string[] always)
    {
        _program = program;
        Name = VersionOf(program);
        _folder = Path.Combine(folder, Name.Replace(' ', '-'));
        _verbs = verbs;
        _always = always;
        _environment = verbs.Environment(
            server is null ? Repository : $"{server}{Path.GetFileName(_folder)}/{RepositoryName}/", Path.Combine(_folder, "cache"));
    }

    /// <summary>Program and version.</summary>
    public string Name { get; }

    /// <summary>Its version, by which the newest of several is found.</summary>
    public Version Version => Version.TryParse(Name.Split(' ', '-')[1], out Version? version) ? version : new Version();

    /// <summary>How long a run may take.</summary>
    public TimeSpan Limit { get; set; } = Timeout.InfiniteTimeSpan;

    private string Repository => Path.Combine(_folder, RepositoryName);

    private string Target => Path.Combine(_folder, "target");

    /// <summary>Ours.</summary>
    /// <param name="program">The program.</param>
    /// <param name="work">Where its files are.</param>
    /// <param name="server">The location of what serves that folder; null: the repository is used as a local one.</param>
    public static Contestant Ours(string program, string work, string? server) =>
        new(program, work, new ResticVerbs("BACKUP"), server, "--quiet");

    /// <summary>One of restic's, likewise.</summary>
    public static Contestant Restic(string program, string work, string? server) =>
        new(program, work, new ResticVerbs("RESTIC"), server, "--quiet");

    /// <summary>borg, for local folders.</summary>
    public static Contestant Borg(string program, string work) => new(program, work, new BorgVerbs(), null);

    /// <summary>An empty repository in place of the last one.</summary>
    public async Task InitAsync()
    {
        Clear();
        Directory.CreateDirectory(_folder);
        _snapshots = 0;
        await RunAsync(_verbs.Init);
    }

    /// <summary>Runs it, whatever it is told to do.</summary>
    /// <param name="arguments">What: a verb of its own, with options.</param>
    /// <param name="cached">Whether it may keep things of the repository elsewhere.</param>
    /// <param name="folder">Where it works.</param>
    public Task<Measurement> RunAsync(string[] arguments, bool cached = false, string? folder = null)
    {
        string[] noCache = cached || _verbs is BorgVerbs ? [] : ["--no-cache"];
        return MeasuredProcess.RunAsync(new Command(_program, [.. arguments, .. _always, .. noCache])
        {
            Environment = _environment,
            WorkingDirectory = folder,
            Limit = Limit,
        });
    }

    public Task<Measurement> BackupAsync(Corpus corpus, bool force = false, bool cached = false) =>
        RunAsync(_verbs.Backup(++_snapshots, force), cached, corpus.Path);

    public Task<Measurement> RestoreAsync(bool intoEmpty, bool cached = false)
    {
        if (intoEmpty)
        {
            Clear(Target);
            Directory.CreateDirectory(Target);
        }

        return RunAsync(_verbs.Restore(_snapshots), cached, Target);
    }

    public Task<Measurement> CheckAsync(bool readData, bool cached = false) => RunAsync(_verbs.Check(readData), cached);

    /// <summary>Removes all snapshots but the last two, and measures how long it takes to remove their data.</summary>
    public async Task<Measurement> PruneAsync()
    {
        await RunAsync(_verbs.Forget);
        return await RunAsync(_verbs.Prune);
    }

    public Task<Measurement> ListAsync() => RunAsync(_verbs.List(_snapshots));

    /// <summary>Null if the program can't.</summary>
    public async Task<Measurement?> FindAsync(string pattern) => _verbs.Find(pattern) is { } find ? await RunAsync(find) : null;

    /// <summary>Bytes of all its files; 0 if there is none.</summary>
    public long RepositorySize() => Directory.Exists(Repository)
        ? new DirectoryInfo(Repository).GetFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
        : 0;

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
        string argument = Path.GetFileName(program) == "borg" ? "--version" : "version";
        var start = new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} can't be started.");
        string[] words = process.StandardOutput.ReadToEnd().Split();
        process.WaitForExit();
        return words.Length > 1 ? $"{words[0]} {words[1]}" : throw new InvalidOperationException($"{program} tells no version.");
    }
}
