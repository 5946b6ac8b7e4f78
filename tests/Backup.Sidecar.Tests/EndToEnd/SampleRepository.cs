using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>A repository in a folder of its own with its password in a file, some files beside it, and ways to use it.</summary>
internal sealed class SampleRepository : IDisposable
{
    public const string Password = "a secret that must not show up";

    private readonly TempFolder _folder = new();

    public SampleRepository()
    {
        PasswordFile = _folder.WriteFile("pw", Password + "\n");
        Location = _folder.Combine("repository");
        Files = _folder.CreateFolder("files");
        InProcess = new SidecarInProcess { ["BACKUP_REPOSITORY"] = Location, ["BACKUP_PASSWORD_FILE"] = PasswordFile };
        Process = new SidecarProcess { ["BACKUP_REPOSITORY"] = Location, ["BACKUP_PASSWORD_FILE"] = PasswordFile };
    }

    public string Location { get; }

    public string PasswordFile { get; }

    /// <summary>The folder that is backed up.</summary>
    public string Files { get; }

    public SidecarInProcess InProcess { get; }

    public SidecarProcess Process { get; }

    /// <summary>Lock files that are there.</summary>
    public IReadOnlyList<string> Locks => Directory.GetFiles(Path.Combine(Location, "locks"));

    /// <summary>Snapshot files that are there.</summary>
    public IReadOnlyList<string> Snapshots => Directory.GetFiles(Path.Combine(Location, "snapshots"));

    /// <summary>Something beside the files and the repository.</summary>
    public string Combine(string relativePath) => _folder.Combine(relativePath);

    /// <summary>Writes one of the files that are backed up.</summary>
    public string Write(string relativePath, string content) => _folder.WriteFile($"files/{relativePath}", content);

    /// <summary>Creates it; quicker to open than what init creates.</summary>
    public Task CreateAsync() => FolderRepository.CreateAsync(Location, Password);

    /// <summary>Runs a command line that has to end with 0.</summary>
    public async Task<SidecarResult> RunAsync(params string[] args) =>
        (await InProcess.RunAsync(args)).Expect(ExitCodes.Done);

    /// <summary>Makes a snapshot of the files, in a new repository if there is none, and gives its id.</summary>
    public async Task<string> BackUpAsync(params string[] options)
    {
        if (!Directory.Exists(Location))
        {
            await CreateAsync();
        }

        SidecarResult result = await RunAsync(["backup", "--json", .. options, Files]);
        return result.Line("summary").GetProperty("snapshot_id").GetString() ?? "";
    }

    public void Dispose() => _folder.Dispose();
}
