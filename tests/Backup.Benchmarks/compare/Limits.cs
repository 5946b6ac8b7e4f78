namespace Backup.Benchmarks.Compare;

/// <summary>What any backup or restore has to do at least, by the simplest programs that do it.</summary>
internal static class Limits
{
    public const string Name = "limit";

    /// <summary>The names of rows, and what a shell is to do in the corpus; $1 is an empty folder.</summary>
    public static readonly (string Row, string Script)[] All =
    [
        ("cp -r", "cp -r . \"$1\"/copy"),
        ("sha256sum", "find . -type f -exec sha256sum {} + > \"$1\"/sums"),
        ("tar | zstd -2", "tar c . | zstd -2 -q > \"$1\"/tar.zst"),
    ];

    public static async Task<Measurement> RunAsync(string script, Corpus corpus, string work)
    {
        string folder = Path.Combine(work, "limit");
        Directory.CreateDirectory(folder);
        try
        {
            return await MeasuredProcess.RunAsync(
                new Command("sh", "-c", script, "sh", folder) { WorkingDirectory = corpus.Path });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
