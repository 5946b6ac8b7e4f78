namespace Backup.Benchmarks.Compare;

/// <summary>A folder to back up.</summary>
/// <param name="Letter">Which of them.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Files">How many files are in it.</param>
/// <param name="Bytes">How many bytes they have.</param>
internal sealed record Corpus(char Letter, string Path, long Files, long Bytes)
{
    /// <summary>Where the repository is, if it is on a server.</summary>
    public string? Line { get; init; }

    public string Description => $"{Letter}: {Name} ({Files:N0} files, {Bytes / 1e6:N0} MB){Line}";

    private string Name => Letter switch
    {
        'a' => "mixed real files",
        'b' => "many small files",
        'c' => "a large file and its edited copy",
        _ => "incompressible data",
    };
}
