using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Sources;

public sealed class ExclusionsTests : IDisposable
{
    private const string CacheTag = "Signature: 8a477f597d28d172789f06886806bc55";

    private readonly TempFolder _folder = new();

    private string Target => _folder.Combine("target");

    public void Dispose() => _folder.Dispose();

    [FactOnLinux]
    public void Patterns_leave_out_files_and_whole_directories()
    {
        Create("a.log", "keep.txt", "logs/x", "logs/deep/y", "sub/b.log", "sub/keep");

        IEnumerable<string> kept = Kept(new FileSystemSourceOptions { Excludes = ["*.log", "logs"] });

        Assert.Equal(["keep.txt", "sub", "sub/keep"], kept);
    }

    [FactOnLinux]
    public void Absolute_patterns_mean_the_path_on_disk()
    {
        Create("a/x", "b/a/x");

        IEnumerable<string> kept = Kept(new FileSystemSourceOptions { Excludes = [Target + "/a"] });

        Assert.Equal(["b", "b/a", "b/a/x"], kept);
    }

    [FactOnLinux]
    public void Relative_targets_are_judged_by_their_absolute_paths()
    {
        Create("a/x", "b/x");

        string[] kept =
        [
            .. WalkRecorder.Walk(new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = Target, Excludes = [Target + "/a"] })
                .Where(entry => entry.Kind == SourceEntryKind.Item).Select(entry => entry.Path),
        ];

        Assert.Equal(["/b/x"], kept);
    }

    [FactOnLinux]
    public void Negated_patterns_keep()
    {
        Create("a.c", "b.c", "sub/a.c");

        IEnumerable<string> kept = Kept(new FileSystemSourceOptions { Excludes = ["*.c", "!a.c"] });

        Assert.Equal(["a.c", "sub", "sub/a.c"], kept);
    }

    [FactOnLinux]
    public void Case_is_ignored_where_that_is_asked_for()
    {
        Create("A.JPG", "b.jpg", "c.png");

        IEnumerable<string> kept = Kept(new FileSystemSourceOptions { InsensitiveExcludes = ["*.Jpg"] });

        Assert.Equal(["c.png"], kept);
    }

    [FactOnLinux]
    public void Patterns_come_from_files_and_only_the_given_ones_are_recorded()
    {
        Create("a.o", "b.O", "c.tmp", "d");
        _folder.WriteFile("sensitive", "# objects\n*.o\n");
        _folder.WriteFile("insensitive", "*.o\n");
        var options = new FileSystemSourceOptions
        {
            Paths = [Target],
            WorkingDirectory = _folder.FullName,
            Excludes = ["*.tmp"],
            ExcludeFiles = ["sensitive"],
            InsensitiveExcludeFiles = [_folder.Combine("insensitive")],
        };

        IEnumerable<string> kept = Kept(options);

        Assert.Equal(["d"], kept);
        Assert.Equal(["*.tmp"], WalkRecorder.Source(options).Excludes);
    }

    [FactOnLinux]
    public void What_is_asked_for_by_name_is_never_left_out()
    {
        Create("x.log", "sub/y.log");
        var options = new FileSystemSourceOptions { Paths = [Target + "/x.log", Target + "/sub"], Excludes = ["*.log", "sub"] };

        SourceEntry[] entries = WalkRecorder.Walk(options);

        Assert.Equal(["sub", "x.log"], WalkRecorder.Kept(entries, Target));
    }

    [FactOnLinux]
    public void Of_a_marked_directory_only_the_mark_is_kept()
    {
        Create("marked/.nobackup", "marked/x", "marked/sub/y", "other/x", "other/sub/.nobackup", "other/sub/z");

        IEnumerable<string> kept = Kept(new FileSystemSourceOptions { ExcludeIfPresent = [".nobackup"] });

        Assert.Equal(["marked", "marked/.nobackup", "other", "other/sub", "other/sub/.nobackup", "other/x"], kept);
    }

    [FactOnLinux]
    public void A_mark_can_be_asked_to_begin_with_something()
    {
        Create("no/mark", "no/x", "yes/mark", "yes/x", "short/mark", "short/x");
        _folder.WriteFile("target/yes/mark", "text: and more");
        _folder.WriteFile("target/no/mark", "Text: and more");
        _folder.WriteFile("target/short/mark", "tex");

        IEnumerable<string> kept = Kept(new FileSystemSourceOptions { ExcludeIfPresent = ["mark:text:"] });

        Assert.Equal(["no", "no/mark", "no/x", "short", "short/mark", "short/x", "yes", "yes/mark"], kept);
    }

    [FactOnLinux]
    public void Caches_are_known_by_their_signature()
    {
        Create("cache/data", "fake/data", "fake/CACHEDIR.TAG");
        _folder.WriteFile("target/cache/CACHEDIR.TAG", CacheTag + "\n# a comment");

        IEnumerable<string> kept = Kept(new FileSystemSourceOptions { ExcludeCaches = true });

        Assert.Equal(["cache", "cache/CACHEDIR.TAG", "fake", "fake/CACHEDIR.TAG", "fake/data"], kept);
    }

    [FactOnLinux]
    public void A_pipe_as_a_mark_does_not_hang()
    {
        Create("sub/x");
        using (PosixFolder folder = PosixFolder.Open(Target + "/sub"))
        {
            folder.MakeNode("CACHEDIR.TAG", PosixKind.Fifo);
        }

        IEnumerable<string> kept = Kept(new FileSystemSourceOptions { ExcludeCaches = true });

        Assert.Equal(["sub", "sub/CACHEDIR.TAG", "sub/x"], kept);
    }

    [FactOnLinux]
    public void A_target_in_a_marked_directory_is_kept()
    {
        Create(".nobackup", "x", "sub/y");
        var options = new FileSystemSourceOptions { Paths = [Target + "/x", Target + "/sub"], ExcludeIfPresent = [".nobackup"] };

        SourceEntry[] entries = WalkRecorder.Walk(options);

        Assert.Equal(["sub", "sub/y", "x"], WalkRecorder.Kept(entries, Target));
    }

    [FactOnLinux]
    public void Entries_that_stand_for_a_relative_target_can_be_marked()
    {
        Create(".nobackup", "x", "sub/y");
        var options = new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = Target, ExcludeIfPresent = [".nobackup"] };

        SourceEntry[] entries = WalkRecorder.Walk(options);

        Assert.Equal("/.nobackup", Assert.Single(entries).Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":text")]
    public void A_mark_without_a_name_is_refused(string mark)
    {
        Create("x");

        Assert.Throws<ArgumentException>(() => Kept(new FileSystemSourceOptions { ExcludeIfPresent = [mark] }));
    }

    [FactOnLinux]
    public void Large_files_can_be_left_out()
    {
        _folder.WriteFile("target/exact", new byte[1000]);
        _folder.WriteFile("target/larger", new byte[1001]);
        _folder.WriteFile("target/sub/small", [1]);

        IEnumerable<string> kept = Kept(new FileSystemSourceOptions { ExcludeLargerThan = 1000 });

        Assert.Equal(["exact", "sub", "sub/small"], kept);
    }

    [FactOnLinux]
    public void Some_directories_are_never_backed_up()
    {
        Create("cache/x", "cache2/x", "sub/cache/x");
        var options = new FileSystemSourceOptions { ExcludeDirectories = [Target + "/cache"], ReportExcluded = true };

        SourceEntry[] entries = WalkRecorder.Walk(options with { Paths = [Target] });

        Assert.Equal(["cache2", "cache2/x", "sub", "sub/cache", "sub/cache/x"], WalkRecorder.Kept(entries, Target));
        Assert.Equal(Target + "/cache", Assert.Single(entries, entry => entry.Kind == SourceEntryKind.Excluded).Path);
    }

    [FactOnLinux]
    public void Of_a_target_in_a_directory_that_is_never_backed_up_the_entries_are_left_out()
    {
        Create("cache/sub/x", "cache/sub/deep/y");

        SourceEntry[] entries = WalkRecorder.Walk(
            new FileSystemSourceOptions { Paths = [Target + "/cache/sub"], ExcludeDirectories = [Target + "/cache/"] });

        Assert.Equal(["cache", "cache/sub"], WalkRecorder.Kept(entries, Target));
    }

    [FactIfMountable]
    public void Other_file_systems_are_kept_as_empty_directories()
    {
        Create("x", "mnt/hidden", "sub/y");
        ExternalProgram.Named("mount").Run("-t", "tmpfs", "none", Target + "/mnt");
        try
        {
            _folder.WriteFile("target/mnt/elsewhere", "x");
            _folder.WriteFile("target/mnt/sub/elsewhere", "x");

            SourceEntry[] entries = WalkRecorder.Walk(new FileSystemSourceOptions { Paths = [Target], OneFileSystem = true, ReportExcluded = true });
            SourceEntry[] both = WalkRecorder.Walk(new FileSystemSourceOptions { Paths = [Target, Target + "/mnt"], OneFileSystem = true });
            SourceEntry[] relative = WalkRecorder.Walk(
                new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = Target, OneFileSystem = true });

            Assert.Equal(["mnt", "sub", "sub/y", "x"], WalkRecorder.Kept(entries, Target));
            Assert.Equal(
                [("elsewhere", "on another file system"), ("sub", "on another file system")],
                entries.Where(entry => entry.Kind == SourceEntryKind.Excluded).Select(entry => (Path.GetFileName(entry.Path), entry.Reason)));
            Assert.Equal(["mnt", "mnt/elsewhere", "mnt/sub", "mnt/sub/elsewhere", "sub", "sub/y", "x"], WalkRecorder.Kept(both, Target));
            Assert.Equal(["mnt", "sub", "sub/y", "x"], WalkRecorder.Kept(relative, ""));
        }
        finally
        {
            ExternalProgram.Named("umount").Run(Target + "/mnt");
        }
    }

    [FactOnLinux]
    public void What_is_left_out_is_told_with_the_rule()
    {
        Create("a.o", "B.O", "big", "cache/x", "keep");
        _folder.WriteFile("target/cache/CACHEDIR.TAG", CacheTag);
        _folder.WriteFile("target/big", new byte[2000]);
        using (PosixFolder folder = PosixFolder.Open(Target))
        {
            folder.MakeNode("socket", PosixKind.Socket);
        }

        var options = new FileSystemSourceOptions
        {
            Paths = [Target],
            Excludes = ["*.o"],
            InsensitiveExcludes = ["b.*"],
            ExcludeCaches = true,
            ExcludeLargerThan = 1000,
            ReportExcluded = true,
        };

        SourceEntry[] excluded = [.. WalkRecorder.Walk(options).Where(entry => entry.Kind == SourceEntryKind.Excluded)];

        Assert.Equal(
            [
                ("B.O", "pattern «b.*», ignoring case"), ("a.o", "pattern «*.o»"), ("big", "larger than 1000 bytes"),
                ("x", "being in a directory marked by «CACHEDIR.TAG»"), ("socket", "a socket"),
            ],
            excluded.Select(entry => (Path.GetFileName(entry.Path), entry.Reason)));
        Assert.DoesNotContain(WalkRecorder.Walk(options with { ReportExcluded = false }), entry => entry.Kind == SourceEntryKind.Excluded);
    }

    [TheoryIfOnPath("restic")]
    [Trait("Category", "Slow")]
    [InlineData("*.c", "!main.c")]
    [InlineData("/**/x", "sub")]
    [InlineData("sub/*", "a?c")]
    [InlineData("s*/**/deep")]
    [InlineData("target/[a-m]*", "!*.h", "main.h")]
    [InlineData("target/*/**")]
    [InlineData("sub/")]
    [InlineData("\\*", "[[]x]", "ä*")]
    public void restic_leaves_out_the_same(params string[] patterns)
    {
        Create("main.c", "main.h", "x", "abc", "sub/x", "sub/deep/main.c", "sub/deep/x/y", "other/sub/z", "other/deep/q", "*", "[x]", "äöü", "a\nb");
        using var repository = new TempFolder();
        var restic = new Restic(repository.Combine("repository")) { WorkingDirectory = _folder.FullName };
        restic.Init();
        string snapshot = restic.Backup(["target", .. patterns.SelectMany(pattern => new[] { "--exclude", pattern })]);
        var options = new FileSystemSourceOptions { Paths = ["target"], WorkingDirectory = _folder.FullName, Excludes = patterns };

        SourceTrees trees = SourceTrees.Of(WalkRecorder.Source(options), SourceTrees.PolynomialOf(restic));

        trees.AssertEqualTo(restic, snapshot);
    }

    private void Create(params string[] files)
    {
        foreach (string file in files)
        {
            _folder.WriteFile("target/" + file, file);
        }
    }

    private string[] Kept(FileSystemSourceOptions options) =>
        [.. WalkRecorder.Kept(WalkRecorder.Walk(options with { Paths = [Target] }), Target)];
}
