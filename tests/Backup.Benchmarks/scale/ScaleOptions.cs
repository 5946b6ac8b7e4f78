using System.Globalization;

namespace Backup.Benchmarks.Scale;

/// <summary>How large the repositories are, and who is measured.</summary>
internal sealed record ScaleOptions
{
    public const string Help = """
        Makes repositories of very many small files and measures what works on them: time and memory, ours and restic's.

          dotnet run -c Release --project tests/Backup.Benchmarks -- scale [options]

          --files a,b,c      how many files (default: 150000,750000,1500000); of each fifth there are two versions, one of
                             which no snapshot needs
          --ours PATH, --restic PATH, --rounds N, --work FOLDER, --output FILE   as for compare; one round is the default
        """;

    public IReadOnlyList<int> Files { get; init; } = [150_000, 750_000, 1_500_000];

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
                "--files" => options with { Files = [.. value.Split(',').Select(count => int.Parse(count, CultureInfo.InvariantCulture))] },
                "--ours" => options with { Ours = Path.GetFullPath(value) },
                "--restic" => options with { Restics = [.. options.Restics, value] },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--work" => options with { Work = Path.GetFullPath(value) },
                "--output" => options with { Output = value },
                _ => throw new FormatException($"There is no option {arguments[i]}.\n\n{Help}"),
            };
        }

        return options.Rounds < 1 || options.Files.Any(count => count < 1)
            ? throw new FormatException("At least one round, and at least one file.")
            : options;
    }
}
