using Backup.Benchmarks.Compare;

namespace Backup.Benchmarks.Scale;

/// <summary>What is measured.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Run">Does it in a repository in which all steps before it were done, with so many parts of the files.</param>
internal sealed record ScaleStep(string Name, Func<Contestant, SmallFiles, int, Task<Measurement>> Run)
{
    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<ScaleStep> All { get; } =
    [
        new("first backup", async (contestant, files, parts) =>
        {
            await contestant.InitAsync();
            return await BackupAsync(contestant, files, parts);
        }),
        new("unchanged backup", (contestant, files, parts) => BackupAsync(contestant, files, parts)),
        new("open (cat config)", (contestant, _, _) => contestant.RunAsync(["cat", "config"])),
        new("ls of all", (contestant, _, _) => contestant.RunAsync(["ls", "latest"])),
        new("find a rare name", (contestant, _, _) => contestant.RunAsync(["find", SmallFiles.RareName])),
        new("check", (contestant, _, _) => contestant.RunAsync(["check"])),
        new("prune after forgetting half", async (contestant, files, parts) =>
        {
            await BackupAsync(contestant, files, parts, "--exclude", SmallFiles.OddFolders);
            await contestant.RunAsync(["forget", "--keep-last", "1"]);
            return await contestant.RunAsync(["prune"]);
        }),
    ];

    private static Task<Measurement> BackupAsync(Contestant contestant, SmallFiles files, int parts, params string[] options) =>
        contestant.RunAsync(["backup", .. Enumerable.Range(0, parts).Select(SmallFiles.NameOf), .. options], folder: files.Path);
}
