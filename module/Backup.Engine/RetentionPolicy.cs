namespace Backup.Engine;

/// <summary>
/// Which snapshots of a group to keep: those that any of the rules wants. Rules count from the newest snapshot; of
/// several in one period (hour, day, ISO week, month, year, by the clock that the snapshot was written with) they want the
/// newest. While a rule has counts left, it wants the oldest snapshot, too.
/// </summary>
public sealed record RetentionPolicy
{
    /// <summary>A count without an end.</summary>
    public const int Unlimited = -1;

    /// <summary>The newest so many; 0: the rule is not in force, <see cref="Unlimited"/>: all.</summary>
    public int Last { get; init; }

    /// <summary>The newest snapshot of each of so many hours that have one; 0: not in force, <see cref="Unlimited"/>: all hours.</summary>
    public int Hourly { get; init; }

    /// <summary>The same for days.</summary>
    public int Daily { get; init; }

    /// <summary>The same for weeks.</summary>
    public int Weekly { get; init; }

    /// <summary>The same for months.</summary>
    public int Monthly { get; init; }

    /// <summary>The same for years.</summary>
    public int Yearly { get; init; }

    /// <summary>All that are newer than this before the newest snapshot of the group that is not in the future; zero: not in force.</summary>
    public RetentionSpan Within { get; init; }

    /// <summary>Of those the newest of each hour.</summary>
    public RetentionSpan WithinHourly { get; init; }

    /// <summary>Of those the newest of each day.</summary>
    public RetentionSpan WithinDaily { get; init; }

    /// <summary>Of those the newest of each week.</summary>
    public RetentionSpan WithinWeekly { get; init; }

    /// <summary>Of those the newest of each month.</summary>
    public RetentionSpan WithinMonthly { get; init; }

    /// <summary>Of those the newest of each year.</summary>
    public RetentionSpan WithinYearly { get; init; }

    /// <summary>All that have every tag of one of these lists; an empty list: those without tags.</summary>
    public IReadOnlyList<IReadOnlyList<string>> TagLists { get; init; } = [];

    /// <summary>Whether no rule is in force, so that nothing is kept.</summary>
    public bool IsEmpty => TagLists.Count == 0 && Counts.All(rule => rule.Count == 0) && Spans.All(rule => rule.Span.IsZero);

    private (int Count, string Name)[] Counts =>
    [
        (Last, "latest"), (Hourly, "hourly"), (Daily, "daily"), (Weekly, "weekly"), (Monthly, "monthly"), (Yearly, "yearly"),
    ];

    private (RetentionSpan Span, string Name)[] Spans =>
    [
        (WithinHourly, "hourly "), (WithinDaily, "daily "), (WithinWeekly, "weekly "), (WithinMonthly, "monthly "),
        (WithinYearly, "yearly "), (Within, "all "),
    ];

    /// <summary>For people: «keep 7 daily snapshots, all snapshots within 1m of the newest».</summary>
    public override string ToString()
    {
        string[] counts = [.. Counts.Where(rule => rule.Count != 0).Select(rule => $"{(rule.Count < 0 ? "all" : rule.Count)} {rule.Name}")];
        string[] rules =
        [
            .. counts.Length == 0 ? [] : new[] { $"{string.Join(", ", counts)} snapshots" },
            .. Spans.Where(rule => !rule.Span.IsZero).Select(rule => $"{rule.Name}snapshots within {rule.Span} of the newest"),
            .. TagLists.Select(tags => $"all snapshots with tags [{string.Join(", ", tags)}]"),
        ];
        return rules.Length == 0 ? "keep nothing" : $"keep {string.Join(", ", rules)}";
    }

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        foreach ((int count, string name) in Counts)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, Unlimited, name);
        }

        foreach ((RetentionSpan span, string _) in Spans)
        {
            span.Validate();
        }
    }
}
