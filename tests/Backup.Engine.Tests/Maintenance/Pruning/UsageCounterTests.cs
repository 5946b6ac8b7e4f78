using Backup.Engine.Maintenance.Pruning;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Maintenance.Pruning;

public sealed class UsageCounterTests
{
    private static readonly string[] Tags = ["a", "b", "c"];

    [Theory]
    [InlineData(UsageGrouping.Host)]
    [InlineData(UsageGrouping.Paths)]
    [InlineData(UsageGrouping.Tag)]
    [InlineData(UsageGrouping.Snapshot)]
    public async Task Everybody_needs_what_a_simple_count_says(UsageGrouping grouping)
    {
        PruneFixture fixture = await MakeAsync(12);
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);

        UsageReport report = await new UsageCounter(opened, new UsageOptions { GroupBy = grouping }, null).RunAsync(CancellationToken.None);

        await CompareAsync(opened, fixture, grouping, report.Owners);
        Assert.Equal(report.Owners.OrderByDescending(owner => owner.ExclusiveBytes).Select(owner => owner.ExclusiveBytes), report.Owners.Select(owner => owner.ExclusiveBytes));
    }

    [Theory]
    [InlineData(1)] // so little that the trees are read twice
    [InlineData(64 * 1024 * 1024)]
    public async Task Many_sets_are_counted_as_few_are(long memory)
    {
        PruneFixture fixture = await MakeAsync(40);
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        var counter = new UsageCounter(opened, new UsageOptions { GroupBy = UsageGrouping.Snapshot }, null) { MaskMemory = memory };

        UsageReport report = await counter.RunAsync(CancellationToken.None);

        await CompareAsync(opened, fixture, UsageGrouping.Snapshot, report.Owners);
    }

    [Fact]
    public async Task What_forgetting_would_free_is_what_it_frees()
    {
        PruneFixture fixture = await MakeAsync(8);
        string[] forgotten = [.. fixture.Snapshots.Take(5).Select(id => id.ToString())];
        UsageReport report;
        await using (Repository repository = await fixture.OpenAsync())
        {
            report = await repository.UsageAsync(new UsageOptions { Forget = forgotten }, null, CancellationToken.None);
        }

        await fixture.KeepLastAsync(3);
        PruneResult result = await fixture.PruneAsync();

        Assert.Equal(5, report.Forgotten?.Snapshots);
        Assert.Equal(result.Bytes.RemoveTotal, report.Forgotten?.ExclusiveBytes);
        Assert.True(report.Forgotten?.SharedBytes > 0);
    }

    [Fact]
    public async Task Why_space_is_not_free_is_told()
    {
        PruneFixture fixture = await MakeAsync(4);
        await fixture.KeepLastAsync(1);
        await fixture.Backend.SaveAsync(new FileHandle(FileKind.Pack, Digest.Of("leftover"u8)), "leftover"u8.ToArray(), CancellationToken.None);
        PruneResult expected = await fixture.PruneAsync(_ => new PruneOptions { DryRun = true });

        await using Repository repository = await fixture.OpenAsync();
        UsageReport report = await repository.UsageAsync(new UsageOptions(), null, CancellationToken.None);

        Assert.Equal(expected with { Elapsed = default, Plan = null }, report.Space);
        Assert.Equal(8, report.Space.Bytes.Unreferenced);
        Assert.True(report.Space.Bytes.Unused > 0);
        Assert.Null(report.Forgotten);
    }

    private static async Task<PruneFixture> MakeAsync(int snapshots)
    {
        PruneFixture fixture = await PruneFixture.CreateAsync();
        var random = new Random(snapshots);
        var files = new Dictionary<string, byte[]>();
        for (int i = 0; i < snapshots; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                files[$"/{random.Next(3)}/{random.Next(2)}/{random.Next(6)}"] = PruneFixture.Content(random, random.Next(3_000));
            }

            string[] tags = [.. Tags.Where(_ => random.Next(2) == 0)];
            await fixture.BackupAsync(files, hostname: $"host {random.Next(3)}", tags: tags);
            if (random.Next(3) == 0)
            {
                files.Clear();
            }
        }

        return fixture;
    }

    private static async Task CompareAsync(
        OpenedRepository opened, PruneFixture fixture, UsageGrouping grouping, IReadOnlyList<UsageOwner> owners)
    {
        var needs = new Dictionary<Snapshot, HashSet<(BlobType, BlobId)>>();
        foreach (SnapshotId id in fixture.Snapshots)
        {
            Snapshot snapshot = await opened.LoadSnapshotAsync(id, CancellationToken.None);
            HashSet<(BlobType, BlobId)> blobs = [(BlobType.Tree, snapshot.Tree)];
            await foreach (TreeEntry entry in new TreeWalker(opened.LoadTreeAsync).WalkAsync(snapshot.Tree, "/", CancellationToken.None))
            {
                blobs.UnionWith((entry.Node.Content ?? []).Select(blob => (BlobType.Data, blob)));
                blobs.UnionWith(entry.Node.Subtree is BlobId tree ? [(BlobType.Tree, tree)] : []);
            }

            needs.Add(snapshot, blobs);
        }

        Assert.Equal(
            needs.Keys.SelectMany(snapshot => Names(snapshot, grouping)).Distinct().Order(StringComparer.Ordinal),
            owners.Select(owner => owner.Name).Order(StringComparer.Ordinal));
        foreach (UsageOwner owner in owners)
        {
            HashSet<(BlobType, BlobId)> inside = [.. needs.Where(pair => Names(pair.Key, grouping).Contains(owner.Name)).SelectMany(pair => pair.Value)];
            HashSet<(BlobType, BlobId)> outside = [.. needs.Where(pair => !Names(pair.Key, grouping).Contains(owner.Name)).SelectMany(pair => pair.Value)];
            Assert.Equal(inside.Count, owner.Blobs);
            Assert.Equal(inside.Sum(Length), owner.Bytes);
            Assert.Equal(inside.Except(outside).Sum(Length), owner.ExclusiveBytes);
            Assert.Equal(needs.Keys.Count(snapshot => Names(snapshot, grouping).Contains(owner.Name)), owner.Snapshots);
        }

        long Length((BlobType Type, BlobId Id) blob)
        {
            Assert.True(opened.Index.TryFind(blob.Type, blob.Id, out var location));
            return location.Length;
        }
    }

    private static string[] Names(Snapshot snapshot, UsageGrouping grouping) => grouping switch
    {
        UsageGrouping.Host => [snapshot.Hostname],
        UsageGrouping.Paths => [string.Join(", ", snapshot.Paths)],
        UsageGrouping.Tag => snapshot.Tags.Count == 0 ? [""] : [.. snapshot.Tags],
        _ => [snapshot.Id.ToString()],
    };
}
