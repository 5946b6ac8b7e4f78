using System.Text;
using System.Text.Json;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>For generated histories we keep what restic keeps, for the same reasons.</summary>
public sealed class ForgetInteropTests
{
    private static readonly SnapshotGrouping[] Groupings =
    [
        SnapshotGrouping.Host | SnapshotGrouping.Paths, SnapshotGrouping.Host, SnapshotGrouping.None,
        SnapshotGrouping.Host | SnapshotGrouping.Tags,
    ];

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public Task A_few_policies_keep_what_restic_keeps(string version) => CompareAsync(version, seeds: 2);

    [TheoryIfOnPath("restic")]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public Task Many_policies_keep_what_restic_keeps(string version) => CompareAsync(version, seeds: 60);

    // The month before the newest one begins in the hour that the clock left out, or ran through twice.
    [TheoryIfOnPath("restic")]
    [InlineData("2026-04-29T00:20Z", "2026-03-28T22:05Z")]
    [InlineData("2025-11-26T01:20Z", "2025-10-25T22:05Z")]
    public async Task A_change_of_the_clock_is_seen_as_restic_sees_it(string newest, string first)
    {
        using var folder = new TempFolder();
        var clock = new ZonedTime(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        var restic = new Restic(folder.Combine("repository")) { TimeZone = "Europe/Berlin" };
        await FolderRepository.CreateAsync(restic.Repository, Restic.Password);
        await SaveAsync(
            Options(folder, clock),
            Enumerable.Range(0, 36).Select(i => At(first).AddMinutes(10 * i)).Append(At(newest)).Select(time => new Snapshot
            {
                Time = Timestamp.From(TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone)),
                Tree = BlobId.Of([1]),
                Paths = ["/"],
            }));
        await using Repository repository = await Repository.OpenAsync(Options(folder, clock), CancellationToken.None);

        await CompareAsync(restic, ReleaseOf(restic), repository, new ForgetOptions
        {
            Policy = new RetentionPolicy { Within = new RetentionSpan(0, 1, 0, 0) },
            DryRun = true,
        });
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Restic_reads_what_is_left(string version)
    {
        using var folder = new TempFolder();
        string file = folder.WriteFile("file", "content");
        var restic = new Restic(folder.Combine("repository"), version);
        await FolderRepository.CreateAsync(restic.Repository, Restic.Password);
        string first = restic.Backup(file);
        string second = restic.Backup("--tag", "keep", file);
        string third = restic.Backup(file);
        await using Repository repository = await Repository.OpenAsync(Options(folder, TimeProvider.System), CancellationToken.None);

        ForgetResult result = await repository.ForgetAsync(
            new ForgetOptions { Policy = new RetentionPolicy { Last = 1, TagLists = [["keep"]] } }, CancellationToken.None);

        Assert.Equal([first], result.Removed.Select(snapshot => snapshot.Id.ToString()));
        Assert.Equal([second, third], restic.Snapshots().Select(snapshot => snapshot.Id));
        Assert.Empty(restic.List("locks"));
        restic.Check();
    }

    private static async Task SaveAsync(RepositoryOptions options, IEnumerable<Snapshot> snapshots)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(options, CancellationToken.None);
        await SnapshotHistory.SaveAsync(opened, snapshots);
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    private static Task CompareAsync(string version, int seeds) => PropertyCheck.HoldsAsync(seeds, async random =>
    {
        using var folder = new TempFolder();
        string zone = random.Next(2) == 0 ? "Europe/Berlin" : "America/St_Johns";
        var clock = new ZonedTime(TimeZoneInfo.FindSystemTimeZoneById(zone));
        var restic = new Restic(folder.Combine("repository"), version) { TimeZone = zone };
        await FolderRepository.CreateAsync(restic.Repository, Restic.Password);
        await SaveAsync(
            Options(folder, clock),
            Enumerable.Range(1, 5).SelectMany(host => SnapshotHistory.Draw(random, clock.LocalTimeZone, $"host{host}")));
        await using Repository repository = await Repository.OpenAsync(Options(folder, clock), CancellationToken.None);
        int release = ReleaseOf(restic);
        for (int i = 0; i < 3; i++)
        {
            var options = new ForgetOptions
            {
                Policy = SnapshotHistory.DrawPolicy(random),
                GroupBy = Groupings[random.Next(Groupings.Length)],
                Filter = random.Next(3) == 0 ? new SnapshotFilter { Hosts = ["host1", "host2"], TagLists = [["a"], [""]] } : new(),
                DryRun = true,
            };
            if (!options.Policy.IsEmpty)
            {
                await CompareAsync(restic, release, repository, options);
            }
        }
    });

    private static async Task CompareAsync(Restic restic, int release, Repository repository, ForgetOptions options)
    {
        (int exitCode, string output, string errors) = restic.TryRun(Arguments(options));
        ForgetResult? own = null;
        try
        {
            own = await repository.ForgetAsync(options, CancellationToken.None);
        }
        catch (ForgetRefusedException)
        {
            if (release >= 17)
            {
                Assert.Contains("refusing to delete last snapshot", errors, StringComparison.Ordinal);
            }

            return;
        }

        Assert.True(exitCode == 0, $"{options.Policy}: {errors}");
        JsonElement[] groups = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal(groups.Length, own.Groups.Count);
        foreach (ForgetGroup group in own.Groups)
        {
            string any = group.Group.Snapshots[0].Id.ToString();
            JsonElement theirs = groups.Single(other => Ids(other, "keep").Concat(Ids(other, "remove")).Contains(any));

            // Before 0.16 the oldest snapshot of a group did not stay because a rule had counts left.
            string[] ignored = release < 16 ? [any] : [];
            string what = $"{options.Policy}, grouped by {options.GroupBy}";
            AssertSame(Ids(theirs, "keep").Except(ignored), group.Keep.Select(kept => kept.Snapshot).Select(Id).Except(ignored), what);
            AssertSame(Ids(theirs, "remove").Except(ignored), group.Remove.Select(Id).Except(ignored), what);
            if (release >= 17)
            {
                AssertSame(
                    theirs.GetProperty("reasons").EnumerateArray().Select(Reason),
                    group.Keep.Select(kept => $"{kept.Snapshot.Id}: {string.Join("; ", kept.Reasons)}"),
                    what);
            }
        }
    }

    private static void AssertSame(IEnumerable<string> theirs, IEnumerable<string> ours, string what) =>
        Assert.True(theirs.SequenceEqual(ours), $"{what}\nrestic:\n{string.Join('\n', theirs)}\nwe:\n{string.Join('\n', ours)}");

    private static string Id(Snapshot snapshot) => snapshot.Id.ToString();

    private static IEnumerable<string> Ids(JsonElement group, string field) => group.GetProperty(field) is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray().Select(snapshot => snapshot.GetProperty("id").GetString() ?? "")
        : [];

    private static string Reason(JsonElement reason) => reason.GetProperty("snapshot").GetProperty("id").GetString() + ": "
        + string.Join("; ", reason.GetProperty("matches").EnumerateArray().Select(match => match.GetString()));

    private static string[] Arguments(ForgetOptions options)
    {
        RetentionPolicy policy = options.Policy;
        List<string> arguments = ["forget", "--dry-run", "--no-lock", "--json", "--group-by", GroupBy(options.GroupBy)];
        Count("last", policy.Last);
        Count("hourly", policy.Hourly);
        Count("daily", policy.Daily);
        Count("weekly", policy.Weekly);
        Count("monthly", policy.Monthly);
        Count("yearly", policy.Yearly);
        Span("", policy.Within);
        Span("-hourly", policy.WithinHourly);
        Span("-daily", policy.WithinDaily);
        Span("-weekly", policy.WithinWeekly);
        Span("-monthly", policy.WithinMonthly);
        Span("-yearly", policy.WithinYearly);
        arguments.AddRange(policy.TagLists.SelectMany(tags => new[] { "--keep-tag", string.Join(',', tags) }));
        arguments.AddRange(options.Filter.Hosts.SelectMany(host => new[] { "--host", host }));
        arguments.AddRange(options.Filter.TagLists.SelectMany(tags => new[] { "--tag", string.Join(',', tags) }));
        return [.. arguments];

        void Count(string period, int count)
        {
            if (count != 0)
            {
                // «unlimited» came with 0.16; a number of this size is as much.
                arguments.AddRange($"--keep-{period}", count < 0 ? "1000000" : $"{count}");
            }
        }

        void Span(string period, RetentionSpan span)
        {
            if (!span.IsZero)
            {
                arguments.AddRange($"--keep-within{period}", span.ToString());
            }
        }
    }

    private static string GroupBy(SnapshotGrouping grouping) => string.Join(',', new[]
    {
        grouping.HasFlag(SnapshotGrouping.Host) ? "host" : "",
        grouping.HasFlag(SnapshotGrouping.Paths) ? "paths" : "",
        grouping.HasFlag(SnapshotGrouping.Tags) ? "tags" : "",
    }.Where(part => part.Length > 0));

    /// <summary>The y of «restic 0.y.z».</summary>
    private static int ReleaseOf(Restic restic) =>
        int.Parse(restic.Run("version").Split(' ')[1].Split('.')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static RepositoryOptions Options(TempFolder folder, TimeProvider time) => new()
    {
        Location = folder.Combine("repository"),
        Password = Encoding.UTF8.GetBytes(Restic.Password),
        Time = time,
    };

    /// <summary>The machine's clock in another time zone.</summary>
    private sealed class ZonedTime(TimeZoneInfo zone) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => zone;
    }
}
