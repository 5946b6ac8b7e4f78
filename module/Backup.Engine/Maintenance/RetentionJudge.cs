namespace Backup.Engine.Maintenance;

/// <summary>Decides which snapshots of a group a policy keeps, exactly as restic does.</summary>
/// <param name="policy">What to keep.</param>
/// <param name="time">The clock and this machine's time zone.</param>
internal sealed class RetentionJudge(RetentionPolicy policy, TimeProvider time)
{
    /// <summary>What restic has for the newest snapshot if all are in the future.</summary>
    private static readonly Timestamp YearOne = new(-62_135_596_800, 0, 0);

    private readonly RetentionClock _clock = new(time.LocalTimeZone);
    private readonly Timestamp _now = Timestamp.From(time.GetUtcNow());

    /// <summary>Judges a group.</summary>
    public ForgetGroup Judge(SnapshotGroup group)
    {
        // What an interrupted backup left must not stand for a whole one, neither as the newest of a day nor as a snapshot
        // that is left. The next backup removes it; where that has been made already, it goes.
        List<Snapshot> newestFirst = [.. group.Snapshots.Where(snapshot => !snapshot.IsIncomplete).Reverse()];
        List<KeptSnapshot> keep = [];
        List<Snapshot> remove = [];
        List<RetentionRule> rules = newestFirst.Count == 0 ? [] : RulesFrom(Newest(newestFirst));
        for (int i = 0; i < newestFirst.Count; i++)
        {
            Snapshot snapshot = newestFirst[i];
            string[] reasons =
            [
                .. TagReasons(snapshot),
                .. rules.Select(rule => rule.Match(snapshot.Time, i == newestFirst.Count - 1)).OfType<string>(),
            ];
            if (reasons.Length > 0)
            {
                keep.Add(new KeptSnapshot(snapshot, reasons));
            }
            else
            {
                remove.Add(snapshot);
            }
        }

        foreach (Snapshot snapshot in group.Snapshots.Where(snapshot => snapshot.IsIncomplete).Reverse())
        {
            if (!policy.IsEmpty && !newestFirst.Exists(other => Replaces(other, snapshot)))
            {
                keep.Add(new KeptSnapshot(snapshot, ["incomplete snapshot for the next backup"]));
            }
            else
            {
                remove.Add(snapshot);
            }
        }

        return new ForgetGroup { Group = group, Keep = keep, Remove = remove };
    }

    private static bool Replaces(Snapshot complete, Snapshot incomplete) =>
        complete.Time >= incomplete.Time && complete.Hostname == incomplete.Hostname
        && incomplete.Paths.Order(StringComparer.Ordinal).SequenceEqual(complete.Paths.Order(StringComparer.Ordinal));

    private Timestamp Newest(List<Snapshot> snapshots) =>
        snapshots.Where(snapshot => snapshot.Time < _now && snapshot.Time > YearOne)
            .Select(snapshot => snapshot.Time).DefaultIfEmpty(YearOne).Max();

    private List<RetentionRule> RulesFrom(Timestamp newest)
    {
        List<RetentionRule> rules = [];
        AddWithin("within", periodOf: null, policy.Within);
        AddCount("last snapshot", periodOf: null, policy.Last);
        AddCount("hourly snapshot", RetentionRule.HourOf, policy.Hourly);
        AddCount("daily snapshot", RetentionRule.DayOf, policy.Daily);
        AddCount("weekly snapshot", RetentionRule.WeekOf, policy.Weekly);
        AddCount("monthly snapshot", RetentionRule.MonthOf, policy.Monthly);
        AddCount("yearly snapshot", RetentionRule.YearOf, policy.Yearly);
        AddWithin("hourly within", RetentionRule.HourOf, policy.WithinHourly);
        AddWithin("daily within", RetentionRule.DayOf, policy.WithinDaily);
        AddWithin("weekly within", RetentionRule.WeekOf, policy.WithinWeekly);
        AddWithin("monthly within", RetentionRule.MonthOf, policy.WithinMonthly);
        AddWithin("yearly within", RetentionRule.YearOf, policy.WithinYearly);
        return rules;

        void AddCount(string reason, Func<DateTime, int>? periodOf, int count) =>
            rules.Add(new RetentionRule(reason, "", periodOf, count, after: null));

        void AddWithin(string reason, Func<DateTime, int>? periodOf, RetentionSpan span)
        {
            if (!span.IsZero)
            {
                rules.Add(new RetentionRule(reason, $" {span}", periodOf, RetentionPolicy.Unlimited, _clock.Before(newest, span)));
            }
        }
    }

    private IEnumerable<string> TagReasons(Snapshot snapshot) =>
        from tags in policy.TagLists
        where new SnapshotFilter { TagLists = [tags] }.Matches(snapshot)
        select $"has tags [{string.Join(", ", tags)}]";
}
