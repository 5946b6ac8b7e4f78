namespace Backup.Engine.Tests;

public class SnapshotFilterTests
{
    private static readonly Snapshot Tagged = new()
    {
        Time = default,
        Tree = default,
        Hostname = "web",
        Paths = ["/etc", "/srv"],
        Tags = ["daily", "x"],
    };

    private static readonly Snapshot Untagged = Tagged with { Tags = [] };

    [Fact]
    public void An_empty_filter_chooses_all() => Assert.True(new SnapshotFilter().Matches(Tagged));

    [Theory]
    [InlineData("web", true)]
    [InlineData("db,web", true)]
    [InlineData("db", false)]
    [InlineData("WEB", false)]
    public void Any_of_the_hosts_will_do(string hosts, bool expected)
    {
        var filter = new SnapshotFilter { Hosts = hosts.Split(',') };

        Assert.Equal(expected, filter.Matches(Tagged));
    }

    [Theory]
    [InlineData("/etc", true)]
    [InlineData("/srv,/etc", true)]
    [InlineData("/etc,/home", false)]
    [InlineData("/", false)]
    public void All_of_the_paths_must_be_there(string paths, bool expected)
    {
        var filter = new SnapshotFilter { Paths = paths.Split(',') };

        Assert.Equal(expected, filter.Matches(Tagged));
    }

    [Theory]
    [InlineData("daily", true)]
    [InlineData("daily,x", true)]
    [InlineData("daily,y", false)]
    [InlineData("y|x", true)]
    [InlineData("", false)]
    [InlineData("y|", false)]
    public void One_of_the_lists_of_tags_must_be_there_as_a_whole(string lists, bool expected)
    {
        var filter = new SnapshotFilter { TagLists = [.. lists.Split('|').Select(list => list.Split(','))] };

        Assert.Equal(expected, filter.Matches(Tagged));
    }

    [Fact]
    public void No_tags_and_an_empty_tag_choose_what_has_no_tags()
    {
        Assert.True(new SnapshotFilter { TagLists = [[]] }.Matches(Untagged));
        Assert.True(new SnapshotFilter { TagLists = [[""]] }.Matches(Untagged));
        Assert.False(new SnapshotFilter { TagLists = [["daily"]] }.Matches(Untagged));
        Assert.False(new SnapshotFilter { TagLists = [[]] }.Matches(Tagged));
    }
}
