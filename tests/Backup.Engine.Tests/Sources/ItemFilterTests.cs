using Backup.Engine.Sources;

namespace Backup.Engine.Tests.Sources;

public sealed class ItemFilterTests
{
    [Fact]
    public void Without_patterns_everything_is_chosen()
    {
        ItemFilter filter = Create(Options());

        Assert.False(filter.IsActive);
        Assert.True(filter.Chooses(filter.EnterRoot(), "file"));
        Assert.True(filter.ChoosesDirectory(filter.EnterRoot(), "folder", out _, out bool mayChooseInside));
        Assert.True(mayChooseInside);
    }

    [Theory]
    [InlineData("/a/b", "/a", false, true)]
    [InlineData("/a/b", "/a/b", true, true)]
    [InlineData("/a/b", "/a/b/c/d", true, true)]
    [InlineData("/a/b", "/a/c", false, false)]
    [InlineData("/a/b", "/b", false, false)]
    [InlineData("b", "/a", false, true)]
    [InlineData("b", "/a/b", true, true)]
    [InlineData("/a/**/d", "/a/b/c", false, true)]
    [InlineData("/a/**/d", "/a/b/c/d", true, true)]
    [InlineData("/a/*.txt", "/a/x.txt", true, true)]
    [InlineData("/a/*.txt", "/a/x.bin", false, false)]
    public void Includes_choose_folders_by_restics_rules(string pattern, string path, bool isChosen, bool mayChooseInside)
    {
        ItemFilter filter = Create(Options() with { Includes = [pattern] });

        Assert.Equal((isChosen, mayChooseInside), Judge(filter, path));
    }

    [Theory]
    [InlineData("/a/b", "/a", true, true)]
    [InlineData("/a/b", "/a/b", false, false)]
    [InlineData("*.tmp", "/a/x.tmp", false, false)]
    [InlineData("*.tmp", "/a/x", true, true)]
    public void Excludes_leave_out_folders_with_all_below(string pattern, string path, bool isChosen, bool mayChooseInside)
    {
        ItemFilter filter = Create(Options() with { Excludes = [pattern] });

        Assert.Equal((isChosen, mayChooseInside), Judge(filter, path));
    }

    [Fact]
    public void A_pattern_may_take_back_what_an_earlier_one_left_out()
    {
        ItemFilter filter = Create(Options() with { Excludes = ["*.txt", "!keep.txt"] });

        Assert.False(filter.Chooses(filter.EnterRoot(), "a.txt"));
        Assert.True(filter.Chooses(filter.EnterRoot(), "keep.txt"));
    }

    [Fact]
    public void Case_counts_only_where_it_is_said_so()
    {
        ItemFilter filter = Create(Options() with { Includes = ["One"], IncludesIgnoreCase = ["Two"] });

        Assert.True(filter.Chooses(filter.EnterRoot(), "One"));
        Assert.False(filter.Chooses(filter.EnterRoot(), "one"));
        Assert.True(filter.Chooses(filter.EnterRoot(), "Two"));
        Assert.True(filter.Chooses(filter.EnterRoot(), "tWO"));
    }

    [Fact]
    public void Patterns_that_make_no_sense_are_refused() =>
        Assert.Throws<ArgumentException>(() => Create(Options() with { Includes = ["[a"] }));

    [Theory]
    [InlineData("*.tmp", "/a/b", true)]
    [InlineData("/x", "/a/b", true)]
    [InlineData("/a/b/c", "/a/b", false)]
    [InlineData("b/c", "/a/b", false)]
    [InlineData("a", "/a/b", false)]
    public void A_folder_is_judged_by_its_names_alone_where_no_pattern_has_begun(string pattern, string path, bool expected)
    {
        ItemFilter filter = Create(Options() with { Excludes = [pattern] });

        FilterPosition position = filter.EnterRoot();
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            filter.ChoosesDirectory(position, name, out FilterPosition inside, out _);
            position = inside;
        }

        Assert.Equal(expected, filter.IsAtNoPattern(position));
    }

    private static ItemFilter Create(RestoreOptions options) => ItemFilter.Create(
        options.Includes, options.IncludesIgnoreCase, options.Excludes, options.ExcludesIgnoreCase);

    private static RestoreOptions Options() => new() { Snapshot = "latest", Target = "target" };

    private static (bool IsChosen, bool MayChooseInside) Judge(ItemFilter filter, string path)
    {
        FilterPosition position = filter.EnterRoot();
        (bool, bool) judgement = default;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isChosen = filter.ChoosesDirectory(position, name, out FilterPosition inside, out bool mayChooseInside);
            judgement = (isChosen, mayChooseInside);
            position = inside;
        }

        return judgement;
    }
}
