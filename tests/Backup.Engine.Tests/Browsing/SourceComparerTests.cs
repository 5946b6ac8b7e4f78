using Backup.Engine.Tests.Interop;
using Backup.Engine.Tests.Restoring;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Browsing;

/// <summary>Files on the disk compared with a snapshot of them.</summary>
public sealed class SourceComparerTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TempFolder _folder = new();
    private readonly OwnEngine _own;
    private readonly List<string> _told = [];

    public SourceComparerTests() => _own = new OwnEngine(_folder.Combine("repository")) { KeyCost = new ScryptCost(16, 1, 1) };

    public void Dispose() => _folder.Dispose();

    [FactOnLinux]
    public async Task After_a_backup_nothing_differs_be_it_ever_so_strange()
    {
        SampleTree tree = SampleTree.Create(_folder.Combine("source"), new SampleTreeOptions { LargeFiles = false });
        await _own.InitAsync();
        await _own.BackupAsync(tree.FullName);

        SourceDiffSummary summary = await CompareAsync(new SourceDiffOptions { Files = Files(tree.FullName), Metadata = true });

        Assert.Empty(_told);
        Assert.True(summary.IsEqual);
        Assert.True(summary.Items > 50 && summary.Bytes > 10_000);
    }

    [FactOnLinux]
    public async Task Each_difference_is_told_as_what_it_is()
    {
        string source = await BackUpAsync(("grown", "1"), ("edited", "22"), ("gone/inside", "3"), ("replaced", "4"), ("mode", "5"), ("same", "6"));
        File.CreateSymbolicLink(Path.Combine(source, "link"), "same");
        await _own.BackupAsync(source);
        File.AppendAllText(Path.Combine(source, "grown"), "2");
        DateTime time = File.GetLastWriteTimeUtc(Path.Combine(source, "edited"));
        File.WriteAllText(Path.Combine(source, "edited"), "33"); // as long and as old as before
        File.SetLastWriteTimeUtc(Path.Combine(source, "edited"), time);
        Directory.Delete(Path.Combine(source, "gone"), recursive: true);
        File.Delete(Path.Combine(source, "replaced"));
        _folder.WriteFile("source/replaced/new", "7");
        File.Delete(Path.Combine(source, "link"));
        File.CreateSymbolicLink(Path.Combine(source, "link"), "else");
        File.SetUnixFileMode(Path.Combine(source, "mode"), UnixFileMode.UserRead);

        SourceDiffSummary summary = await CompareAsync(new SourceDiffOptions { Files = Files(source) });

        Assert.Equal(["+ replaced/new", "- gone/", "M edited", "M grown", "M link", "T replaced/"], Told(source));
        Assert.Equal((6, false), (summary.Differences, summary.IsEqual));
        await CompareAsync(new SourceDiffOptions { Files = Files(source), Metadata = true });
        Assert.Contains("U mode", Told(source));
        Assert.DoesNotContain(Told(source), line => line.EndsWith("same", StringComparison.Ordinal));
    }

    [FactOnLinux]
    public async Task What_the_backup_left_out_is_not_missing()
    {
        string source = _folder.CreateFolder("source");
        _folder.WriteFile("source/a.tmp", "1");
        _folder.WriteFile("source/b.log", "1");
        await _own.InitAsync();
        await using (Repository repository = await Repository.OpenAsync(_own.Options, None))
        {
            await repository.BackupAsync(
                new BackupOptions { Source = Repository.CreateSource(Files(source) with { Excludes = ["*.tmp", "*.log"] }) }, null, None);
        }

        SourceDiffSummary summary = await CompareAsync(new SourceDiffOptions { Files = Files(source) });

        Assert.True(summary.IsEqual);
    }

    [FactOnLinux]
    public async Task A_restored_folder_is_compared_with_the_one_that_it_came_from()
    {
        string source = await BackUpAsync(("a", "1"), ("b/c", "2"));
        string copy = _folder.CreateFolder("copy");
        await _own.RestoreAsync($"latest:{source}", copy);
        var options = new SourceDiffOptions { Files = Files(copy), Snapshot = $"latest:{source}", Metadata = true };

        Assert.True((await CompareAsync(options)).IsEqual);

        File.Delete(Path.Combine(copy, "a"));
        File.WriteAllText(Path.Combine(copy, "new"), "3");
        await CompareAsync(options);
        Assert.Equal(["+ /new", "- /a"], _told.Order(StringComparer.Ordinal));
    }

    [FactOnLinux]
    public async Task The_newest_snapshot_of_the_paths_is_taken()
    {
        string source = await BackUpAsync(("a/b", "1"));
        _folder.WriteFile("other/c", "1");
        SnapshotId first = (await _own.SnapshotsAsync())[0].Id;
        await _own.BackupAsync(_folder.Combine("other"));

        SourceDiffSummary summary = await CompareAsync(new SourceDiffOptions { Files = Files(Path.Combine(source, "a")) });

        Assert.Equal((first, true), (summary.Snapshot.Id, summary.IsEqual));
        string nobody = _folder.CreateFolder("source2"); // its name only begins like the one that was backed up
        await Assert.ThrowsAsync<SnapshotNotFoundException>(() => CompareAsync(new SourceDiffOptions { Files = Files(nobody) }));
        await Assert.ThrowsAsync<ItemNotFoundException>(
            () => CompareAsync(new SourceDiffOptions { Files = Files(nobody), Snapshot = "latest" }));
    }

    [FactOnLinux]
    public async Task Content_that_differs_though_no_time_has_changed_looks_like_a_failing_disk()
    {
        _folder.WriteFile("source/rotten", "as it is now");
        string folder = _folder.Combine("source");
        IBackupSource source = Repository.CreateSource(new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = folder });
        Node now = source.Walk(None).Single().Node!;
        var forged = new ForgedRepository();
        await forged.SaveAsync(now with { Content = [forged.AddData("as it was .."u8.ToArray())] });
        await using Repository repository = await forged.OpenAsync();

        await repository.DiffSourceAsync(Options(new SourceDiffOptions { Files = Files(folder), Snapshot = "latest:/" }), null, None);

        Assert.Equal(["M? /rotten"], _told);
    }

    [FactIfOnPath("restic")]
    public async Task Snapshots_of_restic_are_compared_alike()
    {
        string source = _folder.CreateFolder("source");
        _folder.WriteFile("source/a", "1");
        _folder.WriteFile("source/b", "2");
        await _own.InitAsync();
        new Restic(_folder.Combine("repository")) { WorkingDirectory = source }.Backup(".");
        File.WriteAllText(Path.Combine(source, "b"), "3");

        await CompareAsync(new SourceDiffOptions { Files = new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = source } });

        Assert.Equal(["M /b"], _told);
    }

    private static FileSystemSourceOptions Files(string path) => new() { Paths = [path] };

    private async Task<string> BackUpAsync(params (string Path, string Content)[] files)
    {
        foreach ((string path, string content) in files)
        {
            _folder.WriteFile($"source/{path}", content);
        }

        await _own.InitAsync();
        await _own.BackupAsync(_folder.Combine("source"));
        return _folder.Combine("source");
    }

    private SourceDiffOptions Options(SourceDiffOptions options)
    {
        _told.Clear();
        return options with
        {
            Changed = change => _told.Add($"{change.Modifier} {change.Path}"),
            Uncompared = (path, reason) => _told.Add($"not compared {path}: {reason}"),
        };
    }

    private async Task<SourceDiffSummary> CompareAsync(SourceDiffOptions options)
    {
        await using Repository repository = await Repository.OpenAsync(_own.Options, None);
        return await repository.DiffSourceAsync(Options(options), null, None);
    }

    private IEnumerable<string> Told(string source) =>
        _told.Select(line => line.Replace(source + "/", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
