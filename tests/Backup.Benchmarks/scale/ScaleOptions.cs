using System.Globalization;

namespace Backup.Benchmarks.Scale;

/// <summary>How many files there are, and who is measured.</summary>
internal sealed record ScaleOptions
{
    public const string Help = """
        Measures with 10 %, 50 % and 100 % of very many small files how time and memory grow, ours and restic's in turn.

          dotnet run -c Release --project tests/Backup.Benchmarks -- scale [options]

          --files N          how many files all of them are (default: 1000000, which takes half an hour and 7 GB)
          --limit MINUTES    how long one step may take (default: 20); one that fails or takes longer is said to have
                             failed, and the next one is run
          --restic PATH      restic (default: the newest of those on PATH and what BACKUP_RESTIC_NEW names)
          --work FOLDER      where files and repositories are; the files are reused (default: a folder in the temporary one)
          --ours PATH, --rounds N, --output FILE   as for compare; one round is the default
        """;

    public int Files { get; init; } = 1_000_000;

    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(20);

    public string? Ours { get; init; }

    public IReadOnlyList<string> Restics { get; init; } = [];

    public int Rounds { get; init; } = 1;

    public string Work { get; init; } = Path.Combine(Path.GetTempPath(), "backup-scale");

    public string? Output { get; init; }

    public static ScaleOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new ScaleOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"{arguments[i]} wants a value.\n\n{Help}");
            options = arguments[i] switch
            {
                "--files" => options with { Files = int.Parse(value, CultureInfo.InvariantCulture) },
                "--limit" => options with { Limit = TimeSpan.FromMinutes(double.Parse(value, CultureInfo.InvariantCulture)) },
                "--ours" => options with { Ours = Path.GetFullPath(value) },
                "--restic" => options with { Restics = [value] },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--work" => options with { Work = Path.GetFullPath(value) },
                "--output" => options with { Output = value },
                _ => throw new FormatException($"There is no option {arguments[i]}.\n\n{Help}"),
            };
        }

        return options.Rounds < 1 || options.Files < SmallFiles.Parts || options.Limit <= TimeSpan.Zero
            ? throw new FormatException($"At least one round, {SmallFiles.Parts} files, and some time.")
            : options;
    }
}
