using System.Text;
using Backup.Engine.Sources;

namespace Backup.Engine.Tests.Sources;

public sealed class PathFilterTests
{
    [Theory]
    [InlineData("*.log", "/srv/app/today.log")]
    [InlineData("*.log", "/srv/old.log/kept.txt")] // what matches a folder matches all below
    [InlineData("app", "/srv/app")]
    [InlineData("app", "/srv/app/bin/run")]
    [InlineData("srv/app", "/mnt/srv/app/x")]
    [InlineData("app/*", "/srv/app/x")]
    [InlineData("a*/*.c", "/srv/app/main.c")]
    [InlineData("/srv", "/srv/app/x")]
    [InlineData("/srv/", "/srv/app/x")]
    [InlineData("/srv//app/./x", "/srv/app/x")]
    [InlineData("/opt/../srv", "/srv/x")]
    [InlineData("/*/app", "/srv/app/x")]
    [InlineData("/srv/**/x", "/srv/x")]
    [InlineData("/srv/**/x", "/srv/a/b/c/x")]
    [InlineData("/srv/**/x", "/srv/a/x/below")]
    [InlineData("srv/**", "/srv")] // ** may stand for nothing
    [InlineData("srv/**/b*/**/x", "/mnt/srv/one/bin/two/three/x")]
    [InlineData("**/x", "/x")]
    [InlineData("**", "/anything")]
    [InlineData("/**", "/anything/at/all")]
    [InlineData("/", "/anything/at/all")]
    [InlineData("*", "/anything")]
    [InlineData("app", "srv/app/x")] // relative paths
    [InlineData("srv", "srv/app/x")]
    [InlineData("c:/data", "c:/data/x")]
    [InlineData("f?le", "/fäle")]
    [InlineData("[a-cx-z]1", "/y1")]
    [InlineData("[^a-c]1", "/d1")]
    [InlineData("[\\]\\-]", "/]")]
    [InlineData("\\*", "/*")]
    [InlineData("a]b", "/a]b")]
    [InlineData("*a*b*", "/xxayyybzz")]
    [InlineData("*ab", "/aab")]
    [InlineData("a**b", "/a-b")] // only «**» alone spans folders
    [InlineData("???*", "/abc")]
    [InlineData("*[0-9]?", "/file10")]
    [InlineData("!a", "", false)]
    [InlineData("*.log", "/srv/app/today.LOG", false)]
    [InlineData("/app", "/srv/app", false)]
    [InlineData("/srv/*", "/srv", false)]
    [InlineData("app/*.c", "/srv/app/sub/main.c", false)]
    [InlineData("a**b", "/a/b", false)]
    [InlineData("/srv/**/x", "/opt/srv/x", false)]
    [InlineData("srv/**/bin/*.c", "/srv/bin/sub/main.c", false)]
    [InlineData("/srv", "srv", false)]
    [InlineData("\\*", "/x", false)]
    [InlineData("f?le", "/fle", false)]
    [InlineData("[^a-c]1", "/a1", false)]
    [InlineData("ab*ab", "/ab", false)]
    [InlineData("?", "/ab", false)]
    [InlineData("*?", "/", false)]
    public void A_pattern_matches_or_not(string pattern, string path, bool expected = true)
    {
        PathFilter filter = PathFilter.Create([pattern], syntax: PathSyntax.Unix);

        bool matches = path.Length > 0 && filter.IsMatch(path);

        Assert.Equal(expected, matches);
    }

    [Theory]
    [InlineData("*.c !main.c", "/main.c", false)]
    [InlineData("*.c !main.c", "/other.c", true)]
    [InlineData("!main.c *.c", "/main.c", true)] // the order decides
    [InlineData("*.c !main.c main.*", "/main.c", true)]
    [InlineData("/home/* !/home/me /home/me/tmp", "/home/you/x", true)]
    [InlineData("/home/* !/home/me /home/me/tmp", "/home/me/x", false)]
    [InlineData("/home/* !/home/me /home/me/tmp", "/home/me/tmp/x", true)]
    [InlineData("/** !/home/me", "/home/me/x", false)]
    [InlineData("/** !/home/me", "/home/you", true)]
    [InlineData("a b c", "/c/x", true)]
    public void Patterns_apply_in_their_order(string patterns, string path, bool expected)
    {
        PathFilter filter = PathFilter.Create(patterns.Split(' '), syntax: PathSyntax.Unix);

        bool matches = filter.IsMatch(path);

        Assert.Equal(expected, matches);
    }

    [Theory]
    [InlineData("/srv/app/x", "/srv", true)]
    [InlineData("/srv/app/x", "/srv/app", true)]
    [InlineData("/srv/app/x", "/srv/web", false)]
    [InlineData("/srv/app/x", "/opt", false)]
    [InlineData("/srv/app", "/srv/app/below", true)]
    [InlineData("/srv/**/x", "/srv/a/b/c", true)]
    [InlineData("/srv/**/x", "/opt/a", false)]
    [InlineData("/srv/*/x", "/srv/a", true)]
    [InlineData("/srv/*/x", "/srv/a/y", false)]
    [InlineData("x", "/anywhere", true)] // a pattern without root can begin below
    [InlineData("/a/* !/a/b", "/a/b", false)]
    [InlineData("/a/* !/a/b /a/b/c", "/a/b", true)]
    public void It_says_whether_something_below_can_match(string patterns, string path, bool expected)
    {
        PathFilter filter = PathFilter.Create(patterns.Split(' '), syntax: PathSyntax.Unix);

        PathMatch match = filter.Match(path);

        Assert.Equal(expected, match.ChildMayMatch);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("a/[/b")]
    [InlineData("[]a]")]
    [InlineData("[a")]
    [InlineData("[a-")]
    [InlineData("[a-]")]
    [InlineData("[-a]")]
    [InlineData("[^]")]
    [InlineData("*[._]log[.-][0-9]")]
    [InlineData("ends with \\")]
    [InlineData("x[\\")]
    public void A_malformed_pattern_is_named(string pattern)
    {
        string[] patterns = ["*.fine", pattern, "!" + pattern];

        ArgumentException error = Assert.Throws<ArgumentException>(() => PathFilter.Create(patterns, syntax: PathSyntax.Unix));

        Assert.Contains($"«{pattern}», «!{pattern}»", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("fine", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.JPG", "/Photos/a.jpg", true)]
    [InlineData("/photos/ÄPFEL", "/PHOTOS/äpfel/x", true)]
    [InlineData("[A-C]x", "/BX", true)]
    [InlineData("i", "/\u0130", true)]
    [InlineData("k", "/\u212a", true)]
    [InlineData("ss", "/ß", false)]
    public void Case_can_be_ignored(string pattern, string path, bool expected)
    {
        PathFilter filter = PathFilter.Create([pattern], ignoreCase: true, PathSyntax.Unix);

        bool matches = filter.IsMatch(path);

        Assert.Equal(expected, matches);
    }

    [Theory]
    [InlineData("name#", true)]
    [InlineData("name?", true)]
    [InlineData("name[\ufffd]", true)]
    [InlineData("name??", false)]
    public void Bytes_that_are_not_utf8_count_as_one_character(string pattern, bool expected)
    {
        PathFilter filter = PathFilter.Create([pattern.Replace('#', '\udcff')], syntax: PathSyntax.Unix);

        bool matches = filter.IsMatch("/folder/name\udcff");

        Assert.Equal(expected, matches);
    }

    [Fact]
    public void On_Windows_a_backslash_separates_parts()
    {
        PathFilter filter = PathFilter.Create([@"c:\data\*.log", @"\temp"], syntax: PathSyntax.Windows);

        bool[] matches = [filter.IsMatch("c:/data/x.log"), filter.IsMatch("c:/data/x.txt"), filter.IsMatch("/temp/x")];

        Assert.Equal([true, false, true], matches);
    }

    [Fact]
    public void Empty_patterns_are_left_out()
    {
        PathFilter filter = PathFilter.Create(["", ""], syntax: PathSyntax.Unix);

        Assert.True(filter.IsEmpty);
        Assert.Equal(default, filter.Match("/x"));
    }

    [Fact]
    public void The_pattern_that_matched_is_known()
    {
        PathFilter filter = PathFilter.Create(["*.c", "/a/**/x", "!*.txt", "y*"], syntax: PathSyntax.Unix);
        FilterFolder folder = filter.EnterPath("/a/b");
        string[] names = ["x", "yes", "main.c", "z.txt"];

        int[] found = [.. names.Select(name => filter.FindMatch(folder, Encoding.UTF8.GetBytes(name)))];

        Assert.Equal([1, 3, 0, -1], found);
        Assert.Equal("/a/**/x", filter.TextOf(1));
    }

    [Fact]
    public void Judging_names_allocates_nothing()
    {
        PathFilter filter = PathFilter.Create(["*.o", "/srv/**/x", "node_modules", "[a-z]?*.tmp"], ignoreCase: true, PathSyntax.Unix);
        FilterFolder folder = filter.EnterPath("/srv/deep/folder");
        filter.FindMatch(folder, "warm up"u8);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            filter.FindMatch(folder, "Some Name"u8);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Any_text_is_a_pattern_or_refused() => PropertyCheck.Holds(5_000, random =>
    {
        string text = RandomText(random, "ab/*?[]^-\\!.ä\udcff\0 ");
        string path = RandomText(random, "ab/.ä\udcff");

        PathFilter? filter = TryCreate(text);

        // Nothing else was thrown; and what may match below a path is known for all paths above a match.
        if (filter is not null && path.TrimStart('/').Length > 0 && filter.IsMatch("/x/" + path))
        {
            Assert.True(filter.Match("/x").ChildMayMatch);
        }
    });

    [Fact]
    public void It_agrees_with_trying_all_ways_to_match() => PropertyCheck.Holds(2_000, random =>
    {
        string[] patterns = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomPattern(random))];
        string path = (random.Next(4) > 0 ? "/" : "") + string.Join('/', RandomNames(random, random.Next(1, 6)));
        (bool expected, bool childExpected) = ReferenceFilter.Match(patterns, path);
        PathFilter filter = PathFilter.Create(patterns, syntax: PathSyntax.Unix);

        PathMatch match = filter.Match(path);

        int split = path.LastIndexOf('/');
        FilterFolder folder = split switch
        {
            < 0 => filter.Nowhere,
            0 => filter.Root,
            _ => filter.EnterPath(path[..split]),
        };
        bool found = filter.FindMatch(folder, Encoding.UTF8.GetBytes(path[(split + 1)..])) >= 0;
        string what = $"{string.Join(' ', patterns)} on {path}";
        Assert.True(expected == match.IsMatch, $"{what}: {match.IsMatch}");
        Assert.True(expected == found, $"{what}: step by step {found}");
        Assert.True(childExpected == match.ChildMayMatch, $"{what}: below {match.ChildMayMatch}");
    });

    private static PathFilter? TryCreate(string pattern)
    {
        try
        {
            return PathFilter.Create([pattern], syntax: PathSyntax.Unix);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string RandomText(Random random, string characters) =>
        string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => characters[random.Next(characters.Length)]));

    private static string RandomPattern(Random random)
    {
        string[] parts = ["a", "b", "ab", "*", "?", "a*", "*b", "[ab]", "**", "a*b"];
        string body = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => parts[random.Next(parts.Length)]));
        return (random.Next(4) == 0 ? "!" : "") + (random.Next(2) == 0 ? "/" : "") + body;
    }

    private static IEnumerable<string> RandomNames(Random random, int count)
    {
        string[] names = ["a", "b", "ab", "abb", "ba", "c"];
        return Enumerable.Range(0, count).Select(_ => names[random.Next(names.Length)]);
    }
}
