using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Snapshots as years of backups leave them, without the backups: documents that all name one tree.</summary>
internal static class SnapshotHistory
{
    private static readonly int[] FixedOffsets = [0, 120, -420, 345];
    private static readonly string[] Tags = ["a", "b", "c"];
    private static readonly int[] Counts = [1, 2, 3, 7, 30, RetentionPolicy.Unlimited];

    /// <summary>Stores them in a repository.</summary>
    /// <returns>The same with their ids.</returns>
    public static async Task<IReadOnlyList<Snapshot>> SaveAsync(OpenedRepository opened, IEnumerable<Snapshot> snapshots)
    {
        var saved = new List<Snapshot>();
        foreach (Snapshot snapshot in snapshots)
        {
            Digest name = await opened.SaveUnpackedAsync(FileKind.Snapshot, SnapshotDocument.Encode(snapshot), CancellationToken.None);
            saved.Add(snapshot with { Id = new SnapshotId(name) });
        }

        return saved;
    }

    /// <summary>Draws the snapshots of one host, none at the same time as another: how restic orders such is a matter of luck.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="zone">The zone of the machine that will judge them; others are drawn, too.</param>
    /// <param name="host">The host.</param>
    public static IEnumerable<Snapshot> Draw(Random random, TimeZoneInfo zone, string host)
    {
        // The last day of a history: anywhere, soon after a change of the clock, or in the future.
        DateTimeOffset last = random.Next(4) switch
        {
            0 => new DateTimeOffset(2026, 4, 29, 0, random.Next(60), 0, TimeSpan.Zero),
            1 => new DateTimeOffset(2025, 11, 26, 1, random.Next(60), 0, TimeSpan.Zero),
            2 => DateTimeOffset.UtcNow.AddDays(random.Next(-20, 20)),
            _ => new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(3_000_000)),
        };
        double step = Math.Pow(10, random.NextDouble() * 5); // minutes: from one to 70 days
        int count = random.Next(1, 40);
        var seen = new HashSet<long>();
        for (int i = 0; i < count; i++)
        {
            double minutes = random.Next(3) == 0 ? random.NextDouble() * step * 40 : i * step;
            DateTimeOffset time = last.AddMinutes(-minutes);
            if (!seen.Add(time.ToUnixTimeSeconds()))
            {
                continue;
            }

            TimeSpan offset = random.Next(2) == 0
                ? zone.GetUtcOffset(time)
                : TimeSpan.FromMinutes(FixedOffsets[random.Next(FixedOffsets.Length)]);
            yield return new Snapshot
            {
                Time = Timestamp.From(time.ToOffset(offset)),
                Tree = BlobId.Of([1]),
                Hostname = host,
                Paths = random.Next(3) == 0 ? ["/b", "/a"] : ["/a"],
                Tags = [.. Tags.Where(_ => random.Next(4) == 0)],
            };
        }
    }

    /// <summary>Draws a policy; rarely one that keeps nothing.</summary>
    public static RetentionPolicy DrawPolicy(Random random)
    {
        return new RetentionPolicy
        {
            Last = Count(),
            Hourly = Count(),
            Daily = Count(),
            Weekly = Count(),
            Monthly = Count(),
            Yearly = Count(),
            Within = Span(),
            WithinHourly = Span(),
            WithinDaily = Span(),
            WithinWeekly = Span(),
            WithinMonthly = Span(),
            WithinYearly = Span(),
            TagLists = random.Next(3) == 0 ? [[Tags[random.Next(Tags.Length)]], ["a", "b"]] : [],
        };

        int Count() => random.Next(4) == 0 ? Counts[random.Next(Counts.Length)] : 0;

        RetentionSpan Span() => random.Next(6) == 0
            ? new RetentionSpan(Part(2), Part(12), Part(30), Part(48))
            : default;

        int Part(int most) => random.Next(2) == 0 ? random.Next(most + 1) : 0;
    }
}
