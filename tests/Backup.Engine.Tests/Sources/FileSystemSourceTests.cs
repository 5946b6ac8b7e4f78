using Backup.Engine.Sources;
using Backup.Engine.Sources.Linux;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Sources;

public sealed class FileSystemSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactOnLinux]
    public void Directories_above_a_target_are_intermediate()
    {
        string file = _folder.WriteFile("a/b/file", "x");

        SourceEntry[] entries = WalkRecorder.Walk(new FileSystemSourceOptions { Paths = [file] });

        SourceEntry[] starts = [.. entries.Where(entry => entry.Kind == SourceEntryKind.DirectoryStart)];
        Assert.Equal(Ancestors(file), starts.Select(entry => entry.Path));
        Assert.All(starts, entry => Assert.True(entry.IsIntermediate));
        Assert.Equal(file, Assert.Single(entries, entry => entry.Kind == SourceEntryKind.Item).Path);
        Assert.Equal(Ancestors(file).Reverse(), entries.Where(entry => entry.Kind == SourceEntryKind.DirectoryEnd).Select(entry => entry.Path));
    }

    [FactOnLinux]
    public void A_directory_that_is_a_target_or_contains_one_completely_is_not_intermediate()
    {
        _folder.WriteFile("a/b/file", "x");
        var options = new FileSystemSourceOptions { Paths = ["a", "a/b"], WorkingDirectory = _folder.FullName };

        SourceEntry[] entries = WalkRecorder.Walk(options);

        Assert.Equal(["/a", "/a/b", "/a/b/file", "/a/b", "/a"], entries.Select(entry => entry.Path));
        Assert.DoesNotContain(entries, entry => entry.IsIntermediate);
    }

    [FactOnLinux]
    public void Siblings_are_ordered_by_their_bytes()
    {
        using (PosixFolder folder = PosixFolder.Open(_folder.CreateFolder("target")))
        {
            foreach (string name in SampleNames.All)
            {
                folder.WriteFile(name, []);
            }
        }

        SourceEntry[] items =
        [
            .. WalkRecorder.Walk(new FileSystemSourceOptions { Paths = ["target"], WorkingDirectory = _folder.FullName })
                .Where(entry => entry.Kind == SourceEntryKind.Item),
        ];

        Assert.Equal(SampleNames.All.Order(FileName.Comparer), items.Select(entry => entry.Node?.Name));
    }

    [FactOnLinux]
    public void A_path_that_does_not_exist_is_skipped()
    {
        string file = _folder.WriteFile("file", "x");
        var options = new FileSystemSourceOptions { Paths = [_folder.Combine("missing"), file, "", "zero\0byte"] };

        FileSystemSource source = WalkRecorder.Source(options);
        SourceEntry[] skipped = [.. source.Walk(CancellationToken.None).Where(entry => entry.Kind == SourceEntryKind.Skipped)];

        Assert.Equal([file], source.Paths);
        Assert.Equal(3, skipped.Length);
        Assert.All(skipped, entry => Assert.Equal(SkipReason.NotFound, entry.SkipReason));
        Assert.Equal(_folder.Combine("missing"), skipped[0].Path);
    }

    [FactOnLinux]
    public void If_no_path_exists_there_is_nothing_to_back_up()
    {
        var options = new FileSystemSourceOptions { Paths = [_folder.Combine("missing")] };

        SourceException error = Assert.Throws<SourceException>(() => WalkRecorder.Source(options));

        Assert.Contains(_folder.Combine("missing"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_path_at_all_is_a_mistake()
    {
        Assert.Throws<ArgumentException>(() => WalkRecorder.Source(new FileSystemSourceOptions()));
    }

    [FactOnLinux]
    public void Paths_come_from_lists_too()
    {
        foreach (string file in new[] { "a1", "a2", "b 1", "c#", "d\ne", "sub/x.txt", "sub/y" })
        {
            _folder.WriteFile(file, file);
        }

        _folder.WriteFile("patterns", "# comment\na*\nsub/*.txt\nnone*\nmissing\n");
        _folder.WriteFile("verbatim", "b 1\nc#\n");
        using var input = new MemoryStream("d\ne\0"u8.ToArray());
        var options = new FileSystemSourceOptions
        {
            Paths = ["sub/y"],
            WorkingDirectory = _folder.FullName,
            FilesFrom = ["patterns"],
            FilesFromVerbatim = [_folder.Combine("verbatim")],
            FilesFromRaw = ["-"],
            StandardInput = input,
            ReportExcluded = true,
        };

        SourceEntry[] entries = WalkRecorder.Walk(options);

        Assert.Equal(
            ["/a1", "/a2", "/b 1", "/c#", "/d\ne", "/sub/x.txt", "/sub/y"],
            entries.Where(entry => entry.Kind == SourceEntryKind.Item).Select(entry => entry.Path));
        Assert.Equal(_folder.Combine("missing"), Assert.Single(entries, entry => entry.Kind == SourceEntryKind.Skipped).Path);
        Assert.Equal("none*", Assert.Single(entries, entry => entry.Kind == SourceEntryKind.Excluded).Path);
    }

    [FactOnLinux]
    public void A_list_that_is_cut_off_or_missing_is_named()
    {
        _folder.WriteFile("raw", "a\0b");
        var options = new FileSystemSourceOptions { WorkingDirectory = _folder.FullName };

        SourceException cutOff = Assert.Throws<SourceException>(() => WalkRecorder.Source(options with { FilesFromRaw = ["raw"] }));
        SourceException missing = Assert.Throws<SourceException>(() => WalkRecorder.Source(options with { FilesFrom = ["nowhere"] }));

        Assert.Contains("raw", cutOff.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", missing.Message, StringComparison.Ordinal);
    }

    [FactOnLinux]
    public void What_vanishes_after_it_was_listed_is_skipped()
    {
        _folder.WriteFile("target/file", "x");
        _folder.WriteFile("target/stays", "x");
        _folder.WriteFile("target/sub/file", "x");
        FileSystemSource source = WalkRecorder.Source(
            new FileSystemSourceOptions { Paths = ["target"], WorkingDirectory = _folder.FullName });
        var entries = new List<SourceEntry>();

        foreach (SourceEntry entry in source.Walk(CancellationToken.None))
        {
            entries.Add(entry);
            if (entry is { Kind: SourceEntryKind.DirectoryStart, Path: "/target" })
            {
                File.Delete(_folder.Combine("target/file"));
                Directory.Delete(_folder.Combine("target/sub"), recursive: true);
            }
        }

        Assert.Equal(
            [("/target/file", SkipReason.Vanished), ("/target/sub", SkipReason.Vanished)],
            entries.Where(entry => entry.Kind == SourceEntryKind.Skipped).Select(entry => (entry.Path, entry.SkipReason)));
        Assert.Equal("/target/stays", Assert.Single(entries, entry => entry.Kind == SourceEntryKind.Item).Path);
    }

    [FactOnLinux(User = RunBy.OrdinaryUser)]
    public void A_directory_that_may_not_be_read_is_skipped()
    {
        _folder.WriteFile("target/closed/file", "x");
        File.SetUnixFileMode(_folder.Combine("target/closed"), UnixFileMode.None);

        SourceEntry[] entries = WalkRecorder.Walk(
            new FileSystemSourceOptions { Paths = ["target"], WorkingDirectory = _folder.FullName });

        SourceEntry skipped = Assert.Single(entries, entry => entry.Kind == SourceEntryKind.Skipped);
        Assert.Equal(("/target/closed", SkipReason.AccessDenied), (skipped.Path, skipped.SkipReason));
    }

    [FactOnLinux]
    public void Depth_is_limited_neither_by_open_files_nor_by_the_length_of_paths()
    {
        const int depth = 850; // paths of 4,250 bytes
        using (PosixFolder top = PosixFolder.Open(_folder.CreateFolder("target")))
        {
            PosixFolder folder = top;
            for (int i = 0; i < depth; i++)
            {
                folder.WriteFile("z", [(byte)i]); // comes after the folder below, so the walk has to come back to it
                PosixFolder below = folder.MakeFolder("deep");
                if (folder != top)
                {
                    folder.Dispose();
                }

                folder = below;
            }

            folder.Dispose();
        }

        FileSystemSource source = WalkRecorder.Source(
            new FileSystemSourceOptions { Paths = ["target"], WorkingDirectory = _folder.FullName });
        int files = 0;
        foreach (SourceEntry entry in source.Walk(CancellationToken.None))
        {
            Assert.NotEqual(SourceEntryKind.Skipped, entry.Kind);
            if (entry.Kind == SourceEntryKind.Item)
            {
                using SourceContent content = source.Open(entry);
                byte[] one = new byte[2];
                Assert.Equal(1, content.Read(one));
                Assert.Equal((byte)(depth - 1 - files), one[0]);
                files++;
            }
        }

        Assert.Equal(depth, files);
    }

    [FactOnLinux]
    public void A_directory_that_is_replaced_while_the_walk_is_far_below_is_skipped_from_there()
    {
        string path = "target";
        for (int i = 0; i < 80; i++)
        {
            path += "/d";
        }

        _folder.WriteFile(path + "/file", "x");
        _folder.WriteFile("target/d/z", "x");
        FileSystemSource source = WalkRecorder.Source(
            new FileSystemSourceOptions { Paths = ["target"], WorkingDirectory = _folder.FullName });
        var skipped = new List<SourceEntry>();

        foreach (SourceEntry entry in source.Walk(CancellationToken.None))
        {
            if (entry.Kind == SourceEntryKind.Item && entry.Node?.Name == "file")
            {
                Directory.Move(_folder.Combine("target"), _folder.Combine("moved"));
                _folder.WriteFile("target/d/z", "another");
            }

            if (entry.Kind == SourceEntryKind.Skipped)
            {
                skipped.Add(entry);
            }
        }

        Assert.Contains(skipped, entry => entry is { Path: "/target/d", SkipReason: SkipReason.ReadFailed });
    }

    [FactOnLinux]
    public void The_walk_can_be_cancelled()
    {
        _folder.WriteFile("target/file", "x");
        using var cancellation = new CancellationTokenSource();
        using IEnumerator<SourceEntry> walk = WalkRecorder.Source(new FileSystemSourceOptions { Paths = [_folder.Combine("target")] })
            .Walk(cancellation.Token).GetEnumerator();
        walk.MoveNext();

        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => walk.MoveNext());
    }

    [FactOnLinux]
    public void Access_times_are_recorded_only_if_asked_for()
    {
        string file = _folder.WriteFile("file", "x");
        File.SetLastAccessTimeUtc(file, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var options = new FileSystemSourceOptions { Paths = ["file"], WorkingDirectory = _folder.FullName };

        Node? without = Assert.Single(WalkRecorder.Walk(options)).Node;
        Node? with = Assert.Single(WalkRecorder.Walk(options with { WithAccessTime = true })).Node;

        Assert.Equal(without?.ModTime, without?.AccessTime);
        Assert.Equal(978_307_200, with?.AccessTime.Seconds);
    }

    [FactOnLinux]
    public void Attributes_are_the_same_on_all_ways_to_them()
    {
        using (PosixFolder folder = PosixFolder.Open(_folder.CreateFolder("target")))
        {
            folder.WriteFile("a\udcffb", []);
            folder.MakeFolder("sub").Dispose();
            try
            {
                folder.SetAttribute("a\udcffb", "user.large", new byte[2_000]);
                folder.SetAttribute("a\udcffb", "user.empty", []);
                folder.SetAttribute("sub", "user.x", [1, 0, 255]);
            }
            catch (IOException)
            {
                return; // this file system has no attributes, so there is nothing to compare
            }
        }

        LinuxAttributes[] ways = [new(), new(allowCalls: false), new(allowCalls: false, allowProc: false)];

        byte[][] trees = [.. ways.Select(TreeOf)];

        Assert.Contains("user.large", System.Text.Encoding.UTF8.GetString(trees[0]), StringComparison.Ordinal);
        Assert.Equal(trees[0], trees[1]);
        Assert.Equal(trees[0], trees[2]);
    }

    [FactOnLinux]
    public void A_file_costs_few_allocations()
    {
        const int files = 1_000;
        using (PosixFolder folder = PosixFolder.Open(_folder.CreateFolder("target")))
        {
            for (int i = 0; i < files; i++)
            {
                folder.WriteFile($"file {i}", []);
            }
        }

        FileSystemSource source = WalkRecorder.Source(new FileSystemSourceOptions { Paths = [_folder.Combine("target")] });
        int warmUp = source.Walk(CancellationToken.None).Count();

        long before = GC.GetAllocatedBytesForCurrentThread();
        int count = source.Walk(CancellationToken.None).Count();
        long perFile = (GC.GetAllocatedBytesForCurrentThread() - before) / files;

        Assert.Equal(warmUp, count);
        Assert.True(count > files);
        Assert.True(perFile < 700, $"{perFile} bytes per file");
    }

    private byte[] TreeOf(LinuxAttributes attributes)
    {
        var options = new FileSystemSourceOptions { Paths = ["target"], WorkingDirectory = _folder.FullName };
        var source = new FileSystemSource(options, new LinuxFileSystem(attributes), new LocalZone(TimeZoneInfo.Utc));
        return SourceTrees.Of(source, 0x3DA3_358B_4DC1_73).ByPath["/target"];
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        for (int i = path.IndexOf('/', 1); i >= 0; i = path.IndexOf('/', i + 1))
        {
            yield return path[..i];
        }
    }
}
