namespace Backup.Benchmarks.Compare;

/// <summary>A program with its arguments.</summary>
internal sealed record Command(string Program, params string[] Arguments)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? WorkingDirectory { get; init; }

    /// <summary>When it is ended, whether it is done or not.</summary>
    public TimeSpan Limit { get; init; } = Timeout.InfiniteTimeSpan;

    public override string ToString() => $"{Path.GetFileName(Program)} {string.Join(' ', Arguments)}";
}
