using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Kit;

public sealed class SampleTreeTests
{
    [FactOnLinux]
    public void There_are_five_thousand_entries_and_they_are_equal_for_equal_seeds()
    {
        using var folder = new TempFolder();
        var options = new SampleTreeOptions { Seed = 7, LargeFiles = false };

        SampleTree first = SampleTree.Create(folder.Combine("first"), options);
        SampleTree second = SampleTree.Create(folder.Combine("second"), options);

        Assert.True(first.Count >= 5_000, $"only {first.Count}");
        Assert.Equal(first.Count, second.Count);
        const TreeAspects lasting = TreeAspects.All & ~TreeAspects.ModTime;
        Assert.Empty(TreeComparer.Differences(first.FullName, second.FullName, lasting));
    }

    [FactOnLinux]
    public void As_root_nothing_is_left_out_but_what_the_file_system_lacks()
    {
        using var folder = new TempFolder();

        SampleTree tree = SampleTree.Create(folder.Combine("tree"), new SampleTreeOptions { SmallFiles = 40, LargeFiles = false });

        Assert.All(
            tree.Omitted,
            omitted => Assert.True(
                !Environment.IsPrivilegedProcess || omitted.Contains("not supported", StringComparison.Ordinal), omitted));
    }

    [FactOnLinux]
    public void A_tree_deeper_than_a_path_may_be_long_is_read_as_well()
    {
        using var folder = new TempFolder();
        var options = new SampleTreeOptions { SmallFiles = 40, LargeFiles = false, DeeperThanPathsMayBe = true };

        SampleTree tree = SampleTree.Create(folder.Combine("tree"), options);

        Assert.Contains(TreeSnapshot.Of(tree.FullName).Entries.Keys, path => FileName.Encode(path).Length > 4_096);
    }

    [FactOnLinux]
    public void Changing_changes_something()
    {
        using var folder = new TempFolder();
        SampleTree tree = SampleTree.Create(folder.Combine("tree"), new SampleTreeOptions { SmallFiles = 1_000, LargeFiles = false });
        TreeSnapshot before = TreeSnapshot.Of(tree.FullName);

        tree.Change(seed: 1);

        Assert.NotEmpty(TreeComparer.Differences(before, tree.FullName));
    }
}
