using Backup.Engine.Sources;

namespace Backup.Engine.Tests.Sources;

public sealed class PathSyntaxTests
{
    [Theory]
    [InlineData("", ".")]
    [InlineData(".", ".")]
    [InlineData("./", ".")]
    [InlineData("/", "/")]
    [InlineData("//", "/")]
    [InlineData("/..", "/")]
    [InlineData("a//b/./c/", "a/b/c")]
    [InlineData("a/../b", "b")]
    [InlineData("a/..", ".")]
    [InlineData("../a", "../a")]
    [InlineData("a/../../b", "../b")]
    [InlineData("../../a/..", "../..")]
    [InlineData("/a/../../b", "/b")]
    [InlineData("a\\b", "a\\b")]
    [InlineData("...", "...")]
    public void A_path_is_cleaned(string path, string expected)
    {
        string cleaned = PathSyntax.Unix.Clean(path);

        Assert.Equal(expected, cleaned);
    }

    [Theory]
    [InlineData(@"C:", @"C:.")]
    [InlineData(@"C:\", @"C:\")]
    [InlineData(@"C:/a/..\b\", @"C:\b")]
    [InlineData(@"c:a", @"c:a")]
    [InlineData(@"\\server\share", @"\\server\share")]
    [InlineData(@"\\server\share\a\..\b", @"\\server\share\b")]
    [InlineData(@"a/b", @"a\b")]
    public void A_Windows_path_is_cleaned(string path, string expected)
    {
        string cleaned = PathSyntax.Windows.Clean(path);

        Assert.Equal(expected, cleaned);
    }

    [Theory]
    [InlineData("/a/b", "/a")]
    [InlineData("/a", "/")]
    [InlineData("/", "/")]
    [InlineData("a/b", "a")]
    [InlineData("a", ".")]
    public void The_parent_is_what_is_before_the_last_part(string path, string expected)
    {
        string parent = PathSyntax.Unix.Parent(path);

        Assert.Equal(expected, parent);
    }

    [Theory]
    [InlineData("/a/b", "a b")]
    [InlineData("/", "")]
    [InlineData(".", "")]
    [InlineData("../..", "")]
    [InlineData("../a", "a")]
    [InlineData("a/b/", "a b")]
    public void The_parts_in_a_snapshot_know_no_relative_folders(string path, string expected)
    {
        List<string> parts = PathSyntax.Unix.PartsInSnapshot(path, out bool startsWithVolume);

        Assert.Equal(expected, string.Join(' ', parts));
        Assert.False(startsWithVolume);
    }

    [Theory]
    [InlineData(@"C:\a\b", "C a b")]
    [InlineData(@"C:\", "C")]
    [InlineData(@"\\server\share\a", @"\\server\share a")]
    public void On_Windows_the_volume_is_the_first_part(string path, string expected)
    {
        List<string> parts = PathSyntax.Windows.PartsInSnapshot(path, out bool startsWithVolume);

        Assert.Equal(expected, string.Join(' ', parts));
        Assert.True(startsWithVolume);
    }

    [Theory]
    [InlineData("/work", "a/../b", "/work/b")]
    [InlineData("/work", "../b", "/b")]
    [InlineData("/work", "/x/", "/x")]
    [InlineData("/work", ".", "/work")]
    [InlineData("/", "x", "/x")]
    public void Relative_paths_become_absolute(string workingDirectory, string path, string expected)
    {
        string absolute = PathSyntax.Unix.MakeAbsolute(workingDirectory, path);

        Assert.Equal(expected, absolute);
    }

    [Theory]
    [InlineData(@"C:\a", true)]
    [InlineData(@"C:a", false)]
    [InlineData(@"\a", false)]
    [InlineData(@"\\server\share", true)]
    [InlineData("a", false)]
    public void On_Windows_a_path_needs_a_volume_to_be_absolute(string path, bool expected)
    {
        bool isAbsolute = PathSyntax.Windows.IsAbsolute(path);

        Assert.Equal(expected, isAbsolute);
    }

    [Theory]
    [InlineData("../../a", 2)]
    [InlineData("..", 1)]
    [InlineData("a", 0)]
    [InlineData("..a", 0)]
    public void Leading_parents_are_counted(string path, int expected)
    {
        int count = PathSyntax.Unix.CountParents(path);

        Assert.Equal(expected, count);
    }
}
