using Backup.Engine.Maintenance;

namespace Backup.Engine.Tests.Maintenance;

public sealed class RetentionJudgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void The_newest_of_each_period_is_kept_and_says_why()
    {
        ForgetGroup group = Judge(
            new RetentionPolicy { Last = 1, Daily = 2 },
            Make("2025-12-29T10:00Z"), Make("2025-12-30T10:00Z"), Make("2025-12-31T10:00Z"), Make("2025-12-31T20:00Z"));

        Assert.Equal(["31 20", "30 10"], group.Keep.Select(kept => Name(kept.Snapshot)));
        Assert.Equal([["last snapshot", "daily snapshot"], ["daily snapshot"]], group.Keep.Select(kept => kept.Reasons));
        Assert.Equal(["31 10", "29 10"], group.Remove.Select(Name));
    }

    [Fact]
    public void The_oldest_is_kept_while_a_rule_has_counts_left()
    {
        ForgetGroup group = Judge(
            new RetentionPolicy { Monthly = 3 }, Make("2025-12-01T10:00Z"), Make("2025-12-02T10:00Z"), Make("2025-12-03T10:00Z"));

        Assert.Equal(["03 10", "01 10"], group.Keep.Select(kept => Name(kept.Snapshot)));
        Assert.Equal([["monthly snapshot"], ["oldest monthly snapshot"]], group.Keep.Select(kept => kept.Reasons));
    }

    [Fact]
    public void A_day_is_that_of_the_clock_which_the_snapshot_was_written_with()
    {
        ForgetGroup group = Judge(
            new RetentionPolicy { Daily = RetentionPolicy.Unlimited },
            Make("2025-12-30T23:30+00:00"), Make("2025-12-31T01:00+01:00"), Make("2025-12-31T02:00+01:00"));

        Assert.Equal(["31 02", "30 23"], group.Keep.Select(kept => Name(kept.Snapshot)));
    }

    [Fact]
    public void Weeks_are_those_of_ISO_8601()
    {
        ForgetGroup group = Judge(
            new RetentionPolicy { Weekly = 2 }, // Monday 2025-12-29 begins the first week of 2026
            Make("2025-12-21T10:00Z"), Make("2025-12-28T10:00Z"), Make("2025-12-29T10:00Z"), Make("2026-01-01T10:00Z"));

        Assert.Equal(["01 10", "28 10"], group.Keep.Select(kept => Name(kept.Snapshot)));
    }

    [Fact]
    public void Within_is_measured_from_the_newest_that_is_not_in_the_future()
    {
        ForgetGroup group = Judge(
            new RetentionPolicy { Within = new RetentionSpan(0, 0, 2, 0) },
            Make("2025-12-28T10:00Z"), Make("2025-12-29T10:00Z"), Make("2025-12-30T10:00Z"), Make("2025-12-31T10:00Z"),
            Make("2027-01-01T10:00Z"));

        Assert.Equal(["01 10", "31 10", "30 10"], group.Keep.Select(kept => Name(kept.Snapshot)));
        Assert.All(group.Keep, kept => Assert.Equal(["within 2d"], kept.Reasons));
    }

    [Fact]
    public void Tags_keep_whatever_the_counts_say()
    {
        ForgetGroup group = Judge(
            new RetentionPolicy { Last = 1, TagLists = [["a", "b"], []] },
            Make("2025-12-28T10:00Z") with { Tags = ["b", "a", "c"] }, Make("2025-12-29T10:00Z") with { Tags = ["a"] },
            Make("2025-12-30T10:00Z"), Make("2025-12-31T10:00Z") with { Tags = ["x"] });

        Assert.Equal(["31 10", "30 10", "28 10"], group.Keep.Select(kept => Name(kept.Snapshot)));
        Assert.Equal([["last snapshot"], ["has tags []"], ["has tags [a, b]"]], group.Keep.Select(kept => kept.Reasons));
    }

    [Fact]
    public void An_incomplete_snapshot_does_not_stand_for_a_whole_one()
    {
        ForgetGroup group = Judge(
            new RetentionPolicy { Last = 1 },
            Make("2025-12-29T10:00Z") with { Tags = [Snapshot.IncompleteTag] },
            Make("2025-12-30T10:00Z"),
            Make("2025-12-31T10:00Z"),
            Make("2025-12-31T20:00Z") with { Tags = [Snapshot.IncompleteTag] });

        Assert.Equal(["31 10", "31 20"], group.Keep.Select(kept => Name(kept.Snapshot)));
        Assert.Equal(["30 10", "29 10"], group.Remove.Select(Name));
    }

    [Fact]
    public void An_incomplete_snapshot_is_not_replaced_by_one_of_other_paths()
    {
        ForgetGroup group = Judge(
            new RetentionPolicy { Last = 1 },
            Make("2025-12-29T10:00Z") with { Tags = [Snapshot.IncompleteTag], Paths = ["/other"] },
            Make("2025-12-31T10:00Z"));

        Assert.Empty(group.Remove);
    }

    [Fact]
    public void Every_snapshot_is_kept_or_removed() => PropertyCheck.Holds(random =>
    {
        Snapshot[] history = [.. SnapshotHistory.Draw(random, TimeZoneInfo.Utc, "host")];
        RetentionPolicy policy = SnapshotHistory.DrawPolicy(random);

        ForgetGroup group = Judge(policy, history);

        Assert.Equal(
            history.OrderByDescending(snapshot => snapshot.Time),
            group.Keep.Select(kept => kept.Snapshot).Concat(group.Remove).OrderByDescending(snapshot => snapshot.Time));
        Assert.All(group.Keep, kept => Assert.NotEmpty(kept.Reasons));
        int most = new[] { policy.Last, policy.Hourly, policy.Daily, policy.Weekly, policy.Monthly, policy.Yearly }.Max();
        Assert.True(policy.IsEmpty || group.Keep.Count >= Math.Min(Math.Min(1, most), history.Length));
    });

    [Theory]
    [InlineData("keep nothing")]
    [InlineData("keep 3 latest, all daily snapshots, weekly snapshots within 1m of the newest, all snapshots with tags [a, b]")]
    public void A_policy_can_be_read(string expected)
    {
        RetentionPolicy policy = expected == "keep nothing" ? new RetentionPolicy() : new RetentionPolicy
        {
            Last = 3,
            Daily = RetentionPolicy.Unlimited,
            WithinWeekly = new RetentionSpan(0, 1, 0, 0),
            TagLists = [["a", "b"]],
        };

        Assert.Equal(expected, policy.ToString());
        Assert.Equal(expected == "keep nothing", policy.IsEmpty);
    }

    private static ForgetGroup Judge(RetentionPolicy policy, params Snapshot[] snapshots) =>
        new RetentionJudge(policy, new FakeTime(Now)).Judge(new SnapshotGroup { Snapshots = [.. snapshots.OrderBy(snapshot => snapshot.Time)] });

    private static string Name(Snapshot snapshot) => snapshot.Time.ToString()[8..13];

    private static Snapshot Make(string time) => new()
    {
        Time = Timestamp.From(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)),
        Tree = default,
        Paths = ["/data"],
    };
}
