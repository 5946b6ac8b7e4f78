using System.Globalization;

namespace Backup.Benchmarks.Load;

/// <summary>How hard the service is asked.</summary>
internal sealed record LoadOptions
{
    public const string Help = """
        Asks the service for jobs at a steady rate while it backs up folders, and measures how long each answer takes.
        The exit code is 1 if requests were refused, fewer were answered than asked for, or 1 % of them took longer than 50 ms.

          dotnet run -c Release --project tests/Backup.Benchmarks -- load [options]

          --ours PATH    our program (default: the one that was published or built last)
          --rate N       requests a second (default: 500)
          --seconds N    how long (default: 20)
          --warmup N     seconds before that, which don't count (default: 5)
          --folders MB   what is backed up meanwhile, again and again: a folder of so many MB (default: 200)
          --work FOLDER  where the journal, the folder and the repository are (default: a folder in the temporary one)
        """;

    public string? Ours { get; init; }

    public int Rate { get; init; } = 500;

    public int Seconds { get; init; } = 20;

    public int WarmUp { get; init; } = 5;

    public int Megabytes { get; init; } = 200;

    public string Work { get; init; } = Path.Combine(Path.GetTempPath(), "backup-load");

    public static LoadOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new LoadOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"{arguments[i]} wants a value.\n\n{Help}");
            options = arguments[i] switch
            {
                "--ours" => options with { Ours = Path.GetFullPath(value) },
                "--rate" => options with { Rate = int.Parse(value, CultureInfo.InvariantCulture) },
                "--seconds" => options with { Seconds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--warmup" => options with { WarmUp = int.Parse(value, CultureInfo.InvariantCulture) },
                "--folders" => options with { Megabytes = int.Parse(value, CultureInfo.InvariantCulture) },
                "--work" => options with { Work = Path.GetFullPath(value) },
                _ => throw new FormatException($"There is no option {arguments[i]}.\n\n{Help}"),
            };
        }

        return options is { Rate: > 0, Seconds: > 0, WarmUp: >= 0, Megabytes: > 0 }
            ? options
            : throw new FormatException("Rate, seconds and megabytes are above 0.");
    }
}
