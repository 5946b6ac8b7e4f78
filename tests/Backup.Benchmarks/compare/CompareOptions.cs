using System.Globalization;

namespace Backup.Benchmarks.Compare;

/// <summary>What is compared, and how often.</summary>
internal sealed record CompareOptions
{
    public const string Help = """
        Compares whole runs of our command line with restic's and, if asked for, borg's.

          dotnet run -c Release --project tests/Backup.Benchmarks -- compare [options]

          --ours PATH        our program (default: the one that was published or built last)
          --restic PATH      restic; may be repeated (default: restic on PATH, and what BACKUP_RESTIC_NEW names)
          --borg PATH        borg, to compare with it, too
          --corpus a,b,c,d   a: mixed real files, b: many small files, c: a large file and its edited copy,
                             d: incompressible data (default: a,b,c,d)
          --scale FACTOR     1: 2 GB, 200,000 files, 2 × 1 GB, 1 GB (default: 0.1)
          --rounds N         measured rounds after one that warms up (default: 3)
          --work FOLDER      where corpora and repositories are kept; corpora are reused (default: a folder in the
                             temporary one)
          --round-trips MS,… instead of a local folder, repositories on a rest-server on this machine, once for each of these
                             milliseconds that are added to every round trip, such as 0,50
          --server PATH      restic's rest-server (default: what BACKUP_REST_SERVER names, or restic-rest-server on PATH)
          --output FILE      write the Markdown there, too, and a chart beside it (.svg)

        Measures the parts that a backup is made of (arguments are BenchmarkDotNet's; without any, all are run):

          dotnet run -c Release --project tests/Backup.Benchmarks -- micro [--filter '*Chunking*']
        """;

    public string? Ours { get; init; }

    public IReadOnlyList<string> Restics { get; init; } = [];

    public string? Borg { get; init; }

    public string Corpora { get; init; } = "a,b,c,d";

    public double Scale { get; init; } = 0.1;

    public int Rounds { get; init; } = 3;

    public string Work { get; init; } = Path.Combine(Path.GetTempPath(), "backup-compare");

    public string? Output { get; init; }

    public IReadOnlyList<int> RoundTrips { get; init; } = [];

    public string Server { get; init; } =
        Environment.GetEnvironmentVariable("BACKUP_REST_SERVER") is { Length: > 0 } named ? named : "restic-rest-server";

    public static CompareOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new CompareOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"{arguments[i]} wants a value.\n\n{Help}");
            options = arguments[i] switch
            {
                "--ours" => options with { Ours = Path.GetFullPath(value) },
                "--restic" => options with { Restics = [.. options.Restics, value] },
                "--borg" => options with { Borg = value },
                "--corpus" => options with { Corpora = value },
                "--scale" => options with { Scale = double.Parse(value, CultureInfo.InvariantCulture) },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--work" => options with { Work = Path.GetFullPath(value) },
                "--round-trips" => options with { RoundTrips = [.. value.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))] },
                "--server" => options with { Server = value },
                "--output" => options with { Output = value },
                _ => throw new FormatException($"There is no option {arguments[i]}.\n\n{Help}"),
            };
        }

        return options.Rounds < 1 || options.Scale <= 0
            ? throw new FormatException("At least one round, and a scale above 0.")
            : options;
    }
}
