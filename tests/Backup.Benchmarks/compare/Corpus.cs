namespace Backup.Benchmarks.Compare;

/// <summary>A folder to back up.</summary>
/// <param name="Letter">Which of them.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Files">How many files are in it.</param>
/// <param name="Bytes">How many bytes they have.</param>
internal sealed record Corpus(char Letter, string Path, long Files, long Bytes)
{
    private const long BlockLength = 1 << 20;
    private const long LargeFile = 64 * BlockLength;

    /// <summary>Where the repository is, if it is on a server.</summary>
    public string? Line { get; init; }

    /// <summary>Changes one percent of it: some bytes in the middle of every hundredth file, or of every hundredth MiB of a large one.</summary>
    /// <param name="seed">Another change for each.</param>
    public void Change(int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[64];
        string[] files = [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        for (int i = 0; i < files.Length; i++)
        {
            using FileStream file = File.Open(files[i], FileMode.Open, FileAccess.ReadWrite);
            if (file.Length < LargeFile && (files.Length < 100 || (i + seed) % 100 != 0))
            {
                continue;
            }

            for (long at = file.Length / 2 % BlockLength; at < file.Length; at += file.Length < LargeFile ? LargeFile : 100 * BlockLength)
            {
                random.NextBytes(bytes);
                file.Position = at;
                file.Write(bytes, 0, (int)Math.Min(bytes.Length, file.Length - at));
            }
        }
    }

    /// <summary>Its rows in the table.</summary>
    public ResultGroup Results => new($"{Letter}", $"{Letter}: {Name} ({Files:N0} files, {Bytes / 1e6:N0} MB){Line}");

    private string Name => Letter switch
    {
        'a' => "mixed real files",
        'b' => "many small files",
        'c' => "a large file and its edited copy",
        _ => "incompressible data",
    };
}
