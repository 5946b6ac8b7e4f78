using Backup.Engine;

namespace Backup.Sidecar.Jobs;

/// <summary>Which snapshots to keep of each host and set of paths: those that any of the rules wants. The others are removed.</summary>
internal sealed record ForgetRequest
{
    /// <summary>The newest so many; -1: all.</summary>
    public int KeepLast { get; init; }

    /// <summary>The newest of each of so many hours that have one; -1: of all.</summary>
    public int KeepHourly { get; init; }

    public int KeepDaily { get; init; }

    public int KeepWeekly { get; init; }

    public int KeepMonthly { get; init; }

    public int KeepYearly { get; init; }

    /// <summary>All that are newer than this before the newest one: <c>1y5m7d2h</c>.</summary>
    public string? KeepWithin { get; init; }

    /// <summary>All that have one of these labels.</summary>
    public IReadOnlyList<string> KeepTags { get; set; } = [];

    /// <summary>Only snapshots of these hosts are looked at; none: of all.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>Only snapshots with all of these labels are looked at.</summary>
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>Only snapshots of all of these paths are looked at.</summary>
    public IReadOnlyList<string> Paths { get; set; } = [];

    /// <summary>Also remove the data that no snapshot needs any more, and so free space.</summary>
    public bool Prune { get; init; }

    /// <summary>Remove nothing, only find out what would be.</summary>
    public bool DryRun { get; init; }

    /// <summary>As the engine has it.</summary>
    /// <exception cref="RequestException">A rule makes no sense, or there is none, so that nothing would be kept.</exception>
    public ForgetOptions ToOptions()
    {
        RetentionSpan within = default;
        if (KeepWithin is not null && !RetentionSpan.TryParse(KeepWithin, out within))
        {
            throw new RequestException(RequestException.Invalid, $"«keepWithin» «{KeepWithin}» is no span of time. Write 1y5m7d2h, or parts of it.");
        }

        var policy = new RetentionPolicy
        {
            Last = KeepLast,
            Hourly = KeepHourly,
            Daily = KeepDaily,
            Weekly = KeepWeekly,
            Monthly = KeepMonthly,
            Yearly = KeepYearly,
            Within = within,
            TagLists = [.. KeepTags.Select(tag => (IReadOnlyList<string>)[tag])],
        };
        int[] counts = [KeepLast, KeepHourly, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly];
        if (policy.IsEmpty || counts.Any(count => count < RetentionPolicy.Unlimited))
        {
            throw new RequestException(
                RequestException.Invalid, "At least one rule must say what to keep, such as «keepDaily»: a number from 1, or -1 for all.");
        }

        return new ForgetOptions
        {
            Policy = policy,
            Filter = new SnapshotFilter { Hosts = Hosts, TagLists = Tags.Count > 0 ? [Tags] : [], Paths = Paths },
            DryRun = DryRun,
        };
    }
}
