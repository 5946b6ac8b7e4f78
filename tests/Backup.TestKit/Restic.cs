using System.Text.Json;

namespace Backup.TestKit;

/// <summary>
/// restic itself, working on one repository: without a cache, without variables of the user's environment. A command that
/// fails throws with all that restic said.
/// </summary>
public sealed class Restic
{
    /// <summary>The environment variable with the path of a second, newer restic.</summary>
    public const string NewVariable = "BACKUP_RESTIC_NEW";

    /// <summary>The password of every repository in the tests.</summary>
    public const string Password = "correct horse battery staple";

    private const string OnPath = "restic";
    private const string Newer = "newer restic";

    private readonly string _program;

    /// <summary>A restic for this repository.</summary>
    /// <param name="repository">Its location.</param>
    /// <param name="version">One of <see cref="Versions"/>.</param>
    public Restic(string repository, string version = OnPath)
    {
        Repository = repository;
        _program = version == Newer
            ? NewProgram ?? throw new FileNotFoundException($"{NewVariable} names no restic.")
            : version;
    }

    /// <summary>What a theory runs with: the restic on <c>PATH</c>, and the newer one where there is one.</summary>
    public static Xunit.TheoryData<string> Versions { get; } = new(NewProgram is null ? [OnPath] : [OnPath, Newer]);

    /// <summary>The repository's location.</summary>
    public string Repository { get; }

    /// <summary>Where it runs, for relative paths; null: where the test runs.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>More variables of its environment, such as credentials.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The time zone in which it writes times; null: the machine's.</summary>
    public string? TimeZone { get; init; }

    private static string? NewProgram =>
        System.Environment.GetEnvironmentVariable(NewVariable) is { Length: > 0 } path && File.Exists(path) ? path : null;

    /// <summary>Creates the repository.</summary>
    /// <param name="version">1, or 2 with compression.</param>
    public void Init(int version = 2) => Run("init", "--repository-version", $"{version}");

    /// <summary>Backs up and gives the snapshot's id.</summary>
    /// <param name="arguments">Paths and options.</param>
    public string Backup(params string[] arguments)
    {
        string output = Run(["backup", "--json", "--quiet", "--host", "host", .. arguments]);
        string id = Lines(output).Last(line => line.TryGetProperty("snapshot_id", out _)).GetProperty("snapshot_id").GetString() ?? "";
        return id.Length == 64 ? id : Find(id).Id; // older ones tell the first digits only
    }

    /// <summary>Checks the repository.</summary>
    /// <param name="readData">Whether every pack is read.</param>
    public void Check(bool readData = true)
    {
        string output = readData ? Run("check", "--read-data") : Run("check");
        if (!output.Contains("no errors were found", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"restic check: {output}");
        }
    }

    /// <summary>Restores a snapshot, or with <c>id:path</c> (from 0.16 on) a part of it.</summary>
    public void Restore(string snapshot, string target, params string[] options) =>
        Run(["restore", snapshot, "--target", target, .. options]);

    /// <summary>The snapshots, oldest first.</summary>
    public IReadOnlyList<ResticSnapshot> Snapshots() =>
    [
        .. JsonDocument.Parse(Run("snapshots", "--json")).RootElement.EnumerateArray().Select(snapshot => new ResticSnapshot(
            snapshot.GetProperty("id").GetString() ?? "",
            snapshot.GetProperty("tree").GetString() ?? "",
            [.. snapshot.GetProperty("paths").EnumerateArray().Select(path => path.GetString() ?? "")])),
    ];

    /// <summary>The id of a snapshot's root tree.</summary>
    public string TreeId(string snapshot) => Find(snapshot).Tree;

    /// <summary>The id of the tree of a folder in a snapshot.</summary>
    /// <param name="snapshot">Its id.</param>
    /// <param name="path">Absolute, as in the snapshot.</param>
    public string TreeId(string snapshot, string path)
    {
        string tree = TreeId(snapshot);
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            tree = JsonDocument.Parse(Cat("blob", tree)).RootElement.GetProperty("nodes").EnumerateArray()
                .Single(node => node.GetProperty("name").GetString() == name).GetProperty("subtree").GetString() ?? "";
        }

        return tree;
    }

    /// <summary>Shows an object as text: <c>blob</c>, <c>snapshot</c>, <c>index</c>, <c>config</c> …</summary>
    public string Cat(string type, params string[] id) => Run(["cat", type, .. id]);

    /// <summary>The ids of all files of a kind: <c>packs</c>, <c>index</c>, <c>snapshots</c>, <c>locks</c>, <c>keys</c>.</summary>
    public IReadOnlyList<string> List(string kind) =>
        [.. Run("list", kind, "--no-lock").Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Runs a command and gives its output.</summary>
    public string Run(params string[] arguments) => Program().Run(["--no-cache", .. arguments]);

    /// <summary>Runs a command, however it ends.</summary>
    public (int ExitCode, string Output, string Errors) TryRun(params string[] arguments) => Program().TryRun(["--no-cache", .. arguments]);

    /// <summary>Starts a command, with its standard input, output and errors in the caller's hands.</summary>
    public System.Diagnostics.Process Start(params string[] arguments) => Program().Start(["--no-cache", .. arguments]);

    private ResticSnapshot Find(string id) => Snapshots().Single(each => each.Id.StartsWith(id, StringComparison.Ordinal));

    private static IEnumerable<JsonElement> Lines(string output) =>
        output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement);

    private ExternalProgram Program()
    {
        var program = ExternalProgram.Named(_program, WorkingDirectory);
        foreach (string variable in System.Environment.GetEnvironmentVariables().Keys)
        {
            if (variable.StartsWith("RESTIC_", StringComparison.Ordinal))
            {
                program[variable] = null;
            }
        }

        program["RESTIC_REPOSITORY"] = Repository;
        program["RESTIC_PASSWORD"] = Password;
        foreach ((string variable, string value) in Environment)
        {
            program[variable] = value;
        }

        if (TimeZone is not null)
        {
            program["TZ"] = TimeZone;
        }

        return program;
    }
}
