using Backup.Engine.Snapshots;

namespace Backup.Engine.Tests.Snapshots;

public class SnapshotGrouperTests
{
    [Fact]
    public void Without_grouping_there_is_one_group_oldest_first()
    {
        List<SnapshotGroup> groups = SnapshotGrouper.Group(
            [Make(3, "b"), Make(1, "a"), Make(2, "a")], SnapshotGrouping.None, latest: 0);

        SnapshotGroup group = Assert.Single(groups);
        Assert.Equal([1, 2, 3], group.Snapshots.Select(snapshot => snapshot.Time.Seconds));
        Assert.Equal((null, null, null), (group.Hostname, group.Paths, group.Tags));
    }

    [Fact]
    public void No_snapshots_make_no_groups() =>
        Assert.Empty(SnapshotGrouper.Group([], SnapshotGrouping.Host, latest: 0));

    [Fact]
    public void The_order_of_paths_and_tags_does_not_matter()
    {
        Snapshot first = Make(1, "h") with { Paths = ["/b", "/a"], Tags = ["y", "x"] };
        Snapshot second = Make(2, "h") with { Paths = ["/a", "/b"], Tags = ["x", "y"] };

        List<SnapshotGroup> groups = SnapshotGrouper.Group(
            [first, second], SnapshotGrouping.Host | SnapshotGrouping.Paths | SnapshotGrouping.Tags, latest: 0);

        SnapshotGroup group = Assert.Single(groups);
        Assert.Equal("h", group.Hostname);
        Assert.Equal(["/a", "/b"], group.Paths);
        Assert.Equal(["x", "y"], group.Tags);
    }

    [Fact]
    public void A_path_does_not_pass_for_a_tag()
    {
        Snapshot first = Make(1, "h") with { Paths = ["/a", "/b"], Tags = [] };
        Snapshot second = Make(2, "h") with { Paths = ["/a"], Tags = ["/b"] };

        List<SnapshotGroup> groups = SnapshotGrouper.Group(
            [first, second], SnapshotGrouping.Paths | SnapshotGrouping.Tags, latest: 0);

        Assert.Equal(2, groups.Count);
    }

    [Fact]
    public void Only_what_they_are_grouped_by_is_named()
    {
        List<SnapshotGroup> groups = SnapshotGrouper.Group(
            [Make(1, "b"), Make(2, "a"), Make(3, "b")], SnapshotGrouping.Host, latest: 0);

        Assert.Equal(["a", "b"], groups.Select(group => group.Hostname));
        Assert.All(groups, group => Assert.Null(group.Paths));
        Assert.Equal([1, 3], groups[1].Snapshots.Select(snapshot => snapshot.Time.Seconds));
    }

    [Fact]
    public void The_latest_of_ungrouped_ones_are_kept_by_host_and_paths()
    {
        Snapshot otherPaths = Make(1, "a") with { Paths = ["/other"] };

        List<SnapshotGroup> groups = SnapshotGrouper.Group(
            [otherPaths, Make(2, "a"), Make(3, "a"), Make(4, "b"), Make(5, "a")], SnapshotGrouping.None, latest: 2);

        Assert.Equal([1, 3, 4, 5], Assert.Single(groups).Snapshots.Select(snapshot => snapshot.Time.Seconds));
    }

    [Fact]
    public void The_latest_of_a_group_are_kept_whatever_else_differs()
    {
        List<SnapshotGroup> groups = SnapshotGrouper.Group(
            [Make(1, "a") with { Paths = ["/other"] }, Make(2, "a"), Make(3, "b")], SnapshotGrouping.Host, latest: 1);

        Assert.Equal([[2], [3]], groups.Select(group => group.Snapshots.Select(snapshot => snapshot.Time.Seconds)));
    }

    private static Snapshot Make(long time, string host) => new()
    {
        Id = new SnapshotId(Digest.Of([(byte)time])),
        Time = new Timestamp(time, 0, 0),
        Tree = default,
        Hostname = host,
        Paths = ["/data"],
    };
}
