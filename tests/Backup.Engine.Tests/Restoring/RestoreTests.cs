using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace Backup.Engine.Tests.Restoring;

/// <summary>Whole restores of small snapshots.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ForgedRepository _repository = new();

    private string Target => _folder.Combine("target");

    [Fact]
    public async Task Files_folders_and_links_are_made()
    {
        byte[] large = RandomNumberGenerator.GetBytes(5_000_000);

        RestoreSummary summary = await _repository.RestoreAsync(
            Target,
            _repository.File("empty", ""),
            _repository.Folder("folder", _repository.File("large", large, 700_000), _repository.Folder("inner")),
            ForgedRepository.Link("link", "folder/large"),
            _repository.File("small", "small"));

        Assert.Empty(summary.Errors);
        Assert.Empty(summary.Notes);
        Assert.Empty(File.ReadAllBytes(Path.Combine(Target, "empty")));
        Assert.Equal(large, File.ReadAllBytes(Path.Combine(Target, "folder/large")));
        Assert.Equal("small", File.ReadAllText(Path.Combine(Target, "small")));
        Assert.Equal("folder/large", new FileInfo(Path.Combine(Target, "link")).LinkTarget);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Target, "folder/inner")));
        Assert.Equal(6, summary.Items);
        Assert.Equal((3, 2, 1), (summary.FilesRestored, summary.Directories, summary.OtherItems));
        Assert.Equal((5_000_005, 5_000_005), (summary.BytesTotal, summary.BytesRestored));
        Assert.Equal(4, Directory.GetFileSystemEntries(Target).Length);
    }

    [Fact]
    public async Task Files_that_share_blobs_are_complete()
    {
        byte[] shared = RandomNumberGenerator.GetBytes(100_000);
        byte[] other = RandomNumberGenerator.GetBytes(100_000);
        byte[] twice = [.. shared, .. other, .. shared, .. shared];
        FaultyBackend recording = FaultyBackend.Recording(_repository.Backend);
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.File("a", twice, 100_000), _repository.File("b", shared), _repository.File("c", [.. other, .. shared], 100_000));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot), recording);

        Assert.Empty(summary.Errors);
        Assert.Equal(twice, File.ReadAllBytes(Path.Combine(Target, "a")));
        Assert.Equal(shared, File.ReadAllBytes(Path.Combine(Target, "b")));
        Assert.Equal([.. other, .. shared], File.ReadAllBytes(Path.Combine(Target, "c")));
        Assert.InRange(summary.BytesFetched, 200_000, 201_000); // each blob once
    }

    [Fact]
    public async Task Only_what_differs_is_fetched()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1_000_000);
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("file", content, 100_000));
        byte[] damaged = [.. content];
        damaged[450_000] ^= 1;
        _folder.WriteFile("target/file", [.. damaged, 1, 2, 3]);

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot));

        Assert.Empty(summary.Errors);
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(Target, "file")));
        Assert.Equal((1, 900_000), (summary.FilesUpdated, summary.BytesReused));
        Assert.InRange(summary.BytesFetched, 100_000, 101_000);
    }

    [Fact]
    public async Task A_file_that_is_only_too_long_is_cut_without_fetching()
    {
        byte[] content = RandomNumberGenerator.GetBytes(200_000);
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("file", content, 100_000));
        _folder.WriteFile("target/file", [.. content, .. content]);

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot));

        Assert.Equal(content, File.ReadAllBytes(Path.Combine(Target, "file")));
        Assert.Equal((1, 0), (summary.FilesUpdated, summary.BytesFetched));
    }

    [Fact]
    public async Task A_second_restore_changes_nothing()
    {
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.Folder("folder", _repository.File("file", "content")), ForgedRepository.Link("link", "x"));
        await _repository.RestoreAsync(OptionsFor(snapshot));
        FaultyBackend recording = FaultyBackend.Recording(_repository.Backend);

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot), recording);

        Assert.Equal((1, 0, 0), (summary.FilesUnchanged, summary.FilesUpdated, summary.BytesFetched));
        Assert.Equal(7, summary.BytesSkipped);
    }

    [FactOnLinux]
    public async Task An_unchanged_file_stays_the_same_file()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("file", "content"));
        await _repository.RestoreAsync(OptionsFor(snapshot));
        using TestKit.Files.PosixFolder target = TestKit.Files.PosixFolder.Open(Target);
        ulong inode = target.Stat("file").Inode;
        File.SetLastWriteTimeUtc(Path.Combine(Target, "file"), DateTime.UnixEpoch);

        await _repository.RestoreAsync(OptionsFor(snapshot));

        Assert.Equal((inode, 1_600_000_000L), (target.Stat("file").Inode, target.Stat("file").ModSeconds));
    }

    [Theory]
    [InlineData(OverwriteMode.Always, "new", "new")]
    [InlineData(OverwriteMode.IfChanged, "old", "new")]
    [InlineData(OverwriteMode.IfNewer, "old", "new")]
    [InlineData(OverwriteMode.Never, "old", "old")]
    public async Task The_overwrite_mode_decides_about_files_that_exist(OverwriteMode mode, string sameTime, string olderTime)
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("a", "new"), _repository.File("b", "new"));
        DateTime time = DateTimeOffset.FromUnixTimeSeconds(1_600_000_000).UtcDateTime;
        File.SetLastWriteTimeUtc(_folder.WriteFile("target/a", "old"), time);
        File.SetLastWriteTimeUtc(_folder.WriteFile("target/b", "old"), time.AddSeconds(-1));
        SetExactTime("a");

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { Overwrite = mode });

        Assert.Empty(summary.Errors);
        Assert.Equal(sameTime, File.ReadAllText(Path.Combine(Target, "a")));
        Assert.Equal(olderTime, File.ReadAllText(Path.Combine(Target, "b")));
    }

    [Fact]
    public async Task If_newer_keeps_what_is_newer()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("file", "new"), _repository.File("missing", "new"));
        _folder.WriteFile("target/file", "old");

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { Overwrite = OverwriteMode.IfNewer });

        Assert.Equal("old", File.ReadAllText(Path.Combine(Target, "file")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(Target, "missing")));
        Assert.Equal((1, 1), (summary.ItemsKept, summary.FilesRestored));
    }

    [Fact]
    public async Task Deletion_takes_what_the_snapshot_lacks()
    {
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.Folder("folder", _repository.File("file", "content")), _repository.File("kept", "kept"));
        _folder.WriteFile("target/extra", "x");
        _folder.WriteFile("target/folder/extra/deep/file", "x");
        _folder.WriteFile("outside/file", "x");
        Directory.CreateSymbolicLink(_folder.Combine("target/folder/extra/out"), _folder.Combine("outside"));
        var deleted = new ConcurrentBag<string>();

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with
        {
            Delete = true,
            ItemDone = item =>
            {
                if (item.Action == RestoreItemAction.Deleted)
                {
                    deleted.Add(item.Path);
                }
            },
        });

        Assert.Empty(summary.Errors);
        Assert.Equal(["folder", "kept"], Names(""));
        Assert.Equal(["file"], Names("folder"));
        Assert.True(File.Exists(_folder.Combine("outside/file")));
        Assert.Equal(
            ["/extra", "/folder/extra", "/folder/extra/deep", "/folder/extra/deep/file", "/folder/extra/out"],
            deleted.Order(StringComparer.Ordinal));
        Assert.Equal(5, summary.ItemsDeleted);
    }

    [Fact]
    public async Task Deletion_spares_what_the_patterns_leave_out()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.Folder("a", _repository.File("file", "1")), _repository.File("b", "2"));
        _folder.WriteFile("target/extra", "x");
        _folder.WriteFile("target/a/extra", "x");

        await _repository.RestoreAsync(OptionsFor(snapshot) with { Delete = true, Includes = ["/a"] });

        Assert.Equal(["a", "extra"], Names(""));
        Assert.Equal(["file"], Names("a"));
    }

    [Fact]
    public async Task Without_deletion_everything_else_stays()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("file", "content"));
        _folder.WriteFile("target/extra", "x");

        await _repository.RestoreAsync(OptionsFor(snapshot));

        Assert.Equal(["extra", "file"], Names(""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_in_the_place_of_a_file_goes_only_if_it_is_empty_or_deletion_is_wanted(bool delete)
    {
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.File("empty", "1"), _repository.File("full", "2"), ForgedRepository.Link("link", "x"));
        _folder.CreateFolder("target/empty");
        _folder.WriteFile("target/full/file", "x");
        _folder.WriteFile("target/link/file", "x");

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { Delete = delete });

        Assert.Equal("1", File.ReadAllText(Path.Combine(Target, "empty")));
        Assert.Equal(!delete, File.Exists(Path.Combine(Target, "full/file")));
        Assert.Equal(!delete, File.Exists(Path.Combine(Target, "link/file")));
        Assert.Equal(delete ? [] : ["/full", "/link"], summary.Errors.Select(error => error.Path).Order());
        Assert.All(summary.Errors, error => Assert.Equal(RestoreIssueKind.InTheWay, error.Kind));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_done_and_does_nothing()
    {
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.File("changed", "new"),
            _repository.Folder("folder", _repository.File("inner", "inner")),
            ForgedRepository.Link("link", "x"),
            _repository.File("missing", "missing"),
            _repository.File("same", "same"));
        _folder.WriteFile("target/changed", "old");
        _folder.WriteFile("target/same", "same");
        _folder.WriteFile("target/extra/file", "x");
        var reports = new ConcurrentDictionary<string, RestoreItemAction>();

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with
        {
            DryRun = true,
            Delete = true,
            ItemDone = item => reports[item.Path] = item.Action,
        });

        Assert.True(summary.IsDryRun);
        Assert.Equal(["changed", "extra", "same"], Names(""));
        Assert.Equal("old", File.ReadAllText(Path.Combine(Target, "changed")));
        Assert.Equal(
            [
                ("/changed", RestoreItemAction.Updated),
                ("/extra", RestoreItemAction.Deleted),
                ("/extra/file", RestoreItemAction.Deleted),
                ("/folder", RestoreItemAction.Restored),
                ("/folder/inner", RestoreItemAction.Restored),
                ("/link", RestoreItemAction.Restored),
                ("/missing", RestoreItemAction.Restored),
                ("/same", RestoreItemAction.Unchanged),
            ],
            reports.OrderBy(report => report.Key, StringComparer.Ordinal).Select(report => (report.Key, report.Value)));
        Assert.Equal((2, 1, 1, 2), (summary.FilesRestored, summary.FilesUpdated, summary.FilesUnchanged, summary.ItemsDeleted));
    }

    [Fact]
    public async Task A_dry_run_makes_no_target()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.Folder("folder", _repository.File("file", "1")));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { DryRun = true });

        Assert.False(Directory.Exists(Target));
        Assert.Equal((2, 1), (summary.Items, summary.FilesRestored));
    }

    [Fact]
    public async Task Includes_choose_and_the_folders_above_come_along()
    {
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.Folder(
                "a",
                _repository.Folder("b", _repository.File("one.txt", "1"), _repository.File("two.bin", "2")),
                _repository.Folder("c", _repository.File("three.bin", "3"))),
            _repository.File("four.txt", "4"));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { Includes = ["*.txt"] });

        Assert.Equal(["a", "four.txt"], Names(""));
        Assert.Equal(["b"], Names("a"));
        Assert.Equal(["one.txt"], Names("a/b"));
        Assert.Equal(4, summary.Items);
        Assert.Equal(new DateTime(2020, 9, 13, 12, 26, 40), Directory.GetLastWriteTimeUtc(Path.Combine(Target, "a")), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Excludes_leave_out_with_all_below()
    {
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.Folder("Cache", _repository.File("one", "1")), _repository.File("two", "2"), _repository.File("two.tmp", "2"));

        await _repository.RestoreAsync(OptionsFor(snapshot) with { Excludes = ["*.tmp"], ExcludesIgnoreCase = ["cache"] });

        Assert.Equal(["two"], Names(""));
    }

    [Fact]
    public async Task A_subfolder_becomes_the_root()
    {
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.Folder("home", _repository.Folder("ann", _repository.File("file", "1"), _repository.File("other", "2"))));

        RestoreSummary summary = await _repository.RestoreAsync(
            OptionsFor(snapshot) with { Snapshot = $"latest:/home/ann", Includes = ["/file"] });

        Assert.Equal(["file"], Names(""));
        Assert.Equal("/home/ann", summary.Subfolder);
    }

    [Theory]
    [InlineData("/home/nobody")]
    [InlineData("/home/file")]
    public async Task A_subfolder_that_is_none_is_an_error(string path)
    {
        await _repository.SaveAsync(_repository.Folder("home", _repository.File("file", "1")));

        await Assert.ThrowsAsync<ItemNotFoundException>(
            () => _repository.RestoreAsync(new RestoreOptions { Snapshot = "latest:" + path, Target = Target }));
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_refused()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("file", "1"));
        RestoreOptions options = OptionsFor(snapshot);

        await Assert.ThrowsAsync<ArgumentException>(() => _repository.RestoreAsync(options with { Includes = ["a"], Excludes = ["b"] }));
        await Assert.ThrowsAsync<ArgumentException>(() => _repository.RestoreAsync(options with { DryRun = true, Verify = true }));
        await Assert.ThrowsAsync<ArgumentException>(() => _repository.RestoreAsync(options with { Delete = true, Target = "/" }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => _repository.RestoreAsync(options with { IncludeAttributes = ["a"], ExcludeAttributes = ["b"] }));
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task A_target_that_is_a_file_is_refused()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("file", "1"));
        _folder.WriteFile("target", "x");

        await Assert.ThrowsAsync<RestoreRefusedException>(() => _repository.RestoreAsync(OptionsFor(snapshot)));

        Assert.Equal("x", File.ReadAllText(Target));
    }

    [Fact]
    public async Task Verifying_reads_everything_back()
    {
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.File("a", RandomNumberGenerator.GetBytes(300_000), 100_000), _repository.File("b", ""), _repository.File("c", "1"));
        _folder.WriteFile("target/c", "1");

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { Verify = true });

        Assert.Empty(summary.Errors);
        Assert.Equal(2, summary.FilesVerified); // the third one was compared before
    }

    [Fact]
    public async Task Verifying_finds_what_somebody_changed()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("a", "content"), _repository.File("b", "content"));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with
        {
            Verify = true,
            ItemDone = item =>
            {
                if (item.Path == "/b")
                {
                    File.WriteAllText(Path.Combine(Target, "b"), "CONTENT");
                }
            },
        });

        RestoreIssue error = Assert.Single(summary.Errors);
        Assert.Equal(("/b", RestoreIssueKind.VerifyFailed), (error.Path, error.Kind));
        Assert.Equal(1, summary.FilesVerified);
    }

    [FactOnLinux]
    public async Task Sparse_files_have_holes_and_the_right_content()
    {
        byte[] content = new byte[3_000_000];
        RandomNumberGenerator.Fill(content.AsSpan(1_500_000, 10));
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("cut", content, 500_000), _repository.File("whole", content));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { Sparse = true, Verify = true });

        Assert.Empty(summary.Errors);
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(Target, "cut")));
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(Target, "whole")));
        string[] kilobytes = ExternalProgram.Named("du").Run("-k", Path.Combine(Target, "cut"), Path.Combine(Target, "whole")).Split('\n');
        Assert.All(kilobytes.Where(line => line.Length > 0), line => Assert.InRange(int.Parse(line.Split('\t')[0], CultureInfo.InvariantCulture), 0, 64));
    }

    [Fact]
    public async Task A_sparse_restore_clears_what_was_there()
    {
        byte[] content = new byte[1_000_000];
        content[999_999] = 1;
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("file", content, 100_000));
        byte[] before = RandomNumberGenerator.GetBytes(1_000_000);
        before.AsSpan(500_000, 100_000).Clear();
        _folder.WriteFile("target/file", before);

        await _repository.RestoreAsync(OptionsFor(snapshot) with { Sparse = true });

        Assert.Equal(content, File.ReadAllBytes(Path.Combine(Target, "file")));
    }

    [Fact]
    public async Task Progress_ends_with_everything_done()
    {
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.Folder("folder", _repository.File("file", new byte[100_000])), ForgedRepository.Link("link", "x"));
        var reports = new ConcurrentQueue<RestoreProgress>();

        await _repository.RestoreAsync(OptionsFor(snapshot), progress: new Recorder(reports));

        RestoreProgress last = reports.Last();
        Assert.True(last.IsPlanComplete);
        Assert.Equal((3, 3, 100_000, 100_000), (last.ItemsDone, last.ItemsTotal, last.BytesDone, last.BytesTotal));
    }

    [Fact]
    public async Task The_portable_means_restore_and_delete_as_well()
    {
        byte[] large = RandomNumberGenerator.GetBytes(1_000_000);
        Snapshot snapshot = await _repository.SaveAsync(
            _repository.Folder("folder", _repository.File("large", large, 300_000)),
            ForgedRepository.Link("link", "folder/large"),
            _repository.File("small", "small"));
        _folder.WriteFile("target/extra/file", "x");
        byte[] damaged = [.. large];
        damaged[10] ^= 1;
        _folder.WriteFile("target/folder/large", damaged);
        Directory.CreateSymbolicLink(_folder.Combine("target/small"), _folder.CreateFolder("outside"));

        RestoreSummary summary = await _repository.RestorePortablyAsync(OptionsFor(snapshot) with { Delete = true, Verify = true });

        Assert.Empty(summary.Errors);
        Assert.Equal(["folder", "link", "small"], Names(""));
        Assert.Equal(large, File.ReadAllBytes(Path.Combine(Target, "folder/large")));
        Assert.Equal("small", File.ReadAllText(Path.Combine(Target, "small")));
        Assert.Equal(700_000, summary.BytesReused);
    }

    public void Dispose() => _folder.Dispose();

    private RestoreOptions OptionsFor(Snapshot snapshot) => new() { Snapshot = snapshot.Id.ToString(), Target = Target };

    private string[] Names(string folder) =>
        [.. Directory.GetFileSystemEntries(Path.Combine(Target, folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    // The snapshot's files are from five nanoseconds past the second.
    private void SetExactTime(string name)
    {
        if (OperatingSystem.IsLinux())
        {
            using TestKit.Files.PosixFolder target = TestKit.Files.PosixFolder.Open(Target);
            target.SetModTime(name, 1_600_000_000, 5);
        }

    }

    private sealed class Recorder(ConcurrentQueue<RestoreProgress> reports) : IProgress<RestoreProgress>
    {
        public void Report(RestoreProgress value) => reports.Enqueue(value);
    }
}
