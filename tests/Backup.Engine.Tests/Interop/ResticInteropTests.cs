using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Interop;

/// <summary>One repository, two programs: what either writes, the other reads, checks, restores and builds upon.</summary>
public sealed class ResticInteropTests
{
    // restic sets no metadata on the target folder itself when the snapshot was taken of "."
    private const TreeAspects RestoredByRestic = TreeAspects.RestoredByRestic & ~TreeAspects.Top;
    private const TreeAspects RestoredByUs = TreeAspects.RestoredByRestic & ~TreeAspects.Top;

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Restic_checks_and_restores_what_we_write(string version)
    {
        using var folder = new TempFolder();
        SampleTree tree = SampleTree.Create(folder.Combine("tree"), OptionsFor(version));
        var own = new OwnEngine(folder.Combine("repository")) { WorkingDirectory = tree.FullName };
        var restic = new Restic(folder.Combine("repository"), version);

        await own.InitAsync();
        BackupSummary summary = await own.BackupAsync(".");
        restic.Check(readData: true);
        restic.Restore(IdOf(summary), folder.Combine("target"));

        Assert.Empty(summary.Skipped);
        Assert.True(tree.Count >= 5_000, $"only {tree.Count} entries");
        Assert.Empty(TreeComparer.Differences(tree.FullName, folder.Combine("target"), RestoredByRestic));
        Assert.Empty(restic.List("locks"));
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task We_check_and_restore_what_restic_writes(string version)
    {
        using var folder = new TempFolder();
        SampleTree tree = SampleTree.Create(folder.Combine("tree"), OptionsFor(version));
        var own = new OwnEngine(folder.Combine("repository"));
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = tree.FullName };

        restic.Init();
        string id = restic.Backup(".");
        CheckReport report = await own.CheckAsync();
        await own.RestoreAsync(id, folder.Combine("target"));

        Assert.Empty(report.Problems);
        Assert.Empty(TreeComparer.Differences(tree.FullName, folder.Combine("target"), RestoredByUs));
        Assert.Empty(restic.List("locks"));
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task In_turns_both_write_the_same_trees_and_add_next_to_nothing(string version)
    {
        using var folder = new TempFolder();
        SampleTree tree = SampleTree.Create(folder.Combine("tree"), OptionsFor(version) with { SmallFiles = 1_200 });
        var own = new OwnEngine(folder.Combine("repository")) { WorkingDirectory = tree.FullName };
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = tree.FullName };
        restic.Init();
        string first = restic.Backup(".");
        long size = SizeOf(folder);

        BackupSummary ours = await own.BackupAsync(options => options with { Type = BackupType.Full }, ".");
        long sizeWithOurs = SizeOf(folder);
        tree.Change(seed: 1);
        BackupSummary changed = await own.BackupAsync(".");
        long sizeWithChanges = SizeOf(folder);
        string last = restic.Backup("--force", ".");

        Assert.Equal(restic.TreeId(first), ours.Tree.ToString());
        Assert.Equal(0UL, ours.Counts.DataAdded);
        Assert.InRange(sizeWithOurs - size, 1, 4_096); // the snapshot
        Assert.NotEqual(ours.Tree, changed.Tree);
        Assert.Equal(restic.TreeId(last), changed.Tree.ToString());
        Assert.InRange(SizeOf(folder) - sizeWithChanges, 1, 4_096);
        restic.Check(readData: false);
        await own.CheckAsync();
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task The_tree_of_a_huge_folder_which_we_store_in_pieces_is_restic_s(string version)
    {
        using var folder = new TempFolder();
        string tree = folder.CreateFolder("tree");
        for (int i = 0; i < 8_000; i++)
        {
            File.WriteAllText(Path.Combine(tree, $"file {i}"), $"{i}");
        }

        var own = new OwnEngine(folder.Combine("repository")) { WorkingDirectory = tree };
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = tree };
        await own.InitAsync();

        BackupSummary ours = await own.BackupAsync(".");
        long size = SizeOf(folder);
        string theirs = restic.Backup("--force", ".");
        restic.Check(readData: true);
        restic.Restore(IdOf(ours), folder.Combine("target"));

        Assert.Equal(restic.TreeId(theirs), ours.Tree.ToString());
        Assert.InRange(SizeOf(folder) - size, 1, 4_096); // the snapshot
        Assert.Empty(TreeComparer.Differences(tree, folder.Combine("target"), RestoredByRestic));
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Either_takes_the_other_s_snapshot_for_its_parent(string version)
    {
        using var folder = new TempFolder();
        folder.WriteFile("tree/a/one", new string('1', 100_000));
        folder.WriteFile("tree/b/two", new string('2', 100_000));
        var own = new OwnEngine(folder.Combine("repository"));
        var restic = new Restic(folder.Combine("repository"), version);
        await own.InitAsync();

        string first = restic.Backup(folder.Combine("tree"));
        BackupSummary second = await own.BackupAsync(folder.Combine("tree"));
        string third = restic.Backup(folder.Combine("tree"));

        Assert.Equal(first, second.Parent.ToString());
        Assert.Equal((0UL, 2UL), (second.Counts.FilesNew, second.Counts.FilesUnmodified));
        Assert.Contains($"\"parent\": \"{IdOf(second)}\"", restic.Cat("snapshot", third), StringComparison.Ordinal);
        Assert.Equal(restic.TreeId(first, folder.Combine("tree")), restic.TreeId(IdOf(second), folder.Combine("tree")));
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task A_repository_without_compression_is_shared_as_well(string version)
    {
        using var folder = new TempFolder();
        SampleTree tree = SampleTree.Create(
            folder.Combine("tree"), OptionsFor(version) with { SmallFiles = 200, LargeFiles = false });
        var own = new OwnEngine(folder.Combine("repository")) { WorkingDirectory = tree.FullName };
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = tree.FullName };

        await own.InitAsync(version: 1);
        BackupSummary ours = await own.BackupAsync(".");
        string theirs = restic.Backup("--force", ".");
        restic.Check(readData: true);
        restic.Restore(IdOf(ours), folder.Combine("by restic"));
        await own.RestoreAsync(theirs, folder.Combine("by us"));

        Assert.Contains("\"version\": 1", restic.Cat("config"), StringComparison.Ordinal);
        Assert.Equal(restic.TreeId(theirs), ours.Tree.ToString());
        Assert.Empty(TreeComparer.Differences(tree.FullName, folder.Combine("by restic"), RestoredByRestic));
        Assert.Empty(TreeComparer.Differences(tree.FullName, folder.Combine("by us"), RestoredByUs));
    }

    [FactOnLinux]
    public async Task Paths_longer_than_the_system_takes_come_back()
    {
        using var folder = new TempFolder();
        var options = new SampleTreeOptions { SmallFiles = 40, LargeFiles = false, DeeperThanPathsMayBe = true };
        SampleTree tree = SampleTree.Create(folder.Combine("tree"), options);
        var own = new OwnEngine(folder.Combine("repository")) { WorkingDirectory = tree.FullName };
        await own.InitAsync();

        BackupSummary summary = await own.BackupAsync(".");
        await own.RestoreAsync(IdOf(summary), folder.Combine("target"));

        Assert.Empty(summary.Skipped);
        Assert.Empty(TreeComparer.Differences(tree.FullName, folder.Combine("target"), RestoredByUs));
    }

    /// <summary>What the restic on PATH may be too old to keep is left out for it.</summary>
    private static SampleTreeOptions OptionsFor(string version) => new() { OnlyWhatOldResticKeeps = version == "restic" };

    private static string IdOf(BackupSummary summary) => summary.Snapshot?.Id.ToString() ?? "no snapshot";

    private static long SizeOf(TempFolder folder) =>
        new DirectoryInfo(folder.Combine("repository")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
