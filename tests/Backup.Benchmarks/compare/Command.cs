namespace Backup.Benchmarks.Compare;

/// <summary>A program with its arguments.</summary>
internal sealed record Command(string Program, params string[] Arguments)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? WorkingDirectory { get; init; }

    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";
}
