using Backup.Engine.Repositories;
using static Backup.Engine.Tests.Repositories.TreeForest;

namespace Backup.Engine.Tests.Repositories;

public class TreeWalkerTests
{
    private readonly TreeForest _forest = new();

    [Fact]
    public async Task The_walk_goes_depth_first_in_the_order_of_the_entries()
    {
        BlobId inner = _forest.Add(File("x", 1), File("y", 2));
        BlobId root = _forest.Add(File("a", 1), Folder("b", inner), File("c", 3));

        List<TreeEntry> entries = await new TreeWalker(_forest.Loader).WalkAsync(root, "/", default).ToListAsync();

        Assert.Equal(["/a", "/b", "/b/x", "/b/y", "/c"], entries.Select(entry => entry.Path));
        Assert.Equal([0, 0, 1, 1, 0], entries.Select(entry => entry.Depth));
        Assert.Equal([root, root, inner, inner, root], entries.Select(entry => entry.ParentTree));
    }

    [Fact]
    public async Task Paths_begin_with_that_of_the_root()
    {
        BlobId root = _forest.Add(Folder("b", _forest.Add(File("x", 1))));

        List<TreeEntry> entries = await new TreeWalker(_forest.Loader).WalkAsync(root, "/r/s", default).ToListAsync();

        Assert.Equal(["/r/s/b", "/r/s/b/x"], entries.Select(entry => entry.Path));
    }

    [Fact]
    public async Task Folders_that_are_not_entered_are_not_loaded()
    {
        BlobId root = _forest.Add(Folder("a", _forest.Add(File("x", 1))), Folder("b", _forest.Add(File("y", 1))));
        var walker = new TreeWalker(_forest.Loader) { Enter = entry => entry.Path == "/b" };

        List<TreeEntry> entries = await walker.WalkAsync(root, "/", default).ToListAsync();

        Assert.Equal(["/a", "/b", "/b/y"], entries.Select(entry => entry.Path));
        Assert.Equal(2, _forest.Loads);
    }

    [Fact]
    public async Task Leaving_is_told_from_the_inside_out()
    {
        BlobId inner = _forest.Add(File("x", 1));
        BlobId root = _forest.Add(Folder("b", inner));
        var left = new List<(BlobId, int)>();
        var walker = new TreeWalker(_forest.Loader) { Left = (tree, depth) => left.Add((tree, depth)) };

        await walker.WalkAsync(root, "/", default).ToListAsync();

        Assert.Equal([(inner, 1), (root, 0)], left);
    }

    [Fact]
    public async Task What_is_unreadable_is_told_and_the_walk_goes_on()
    {
        BlobId lost = _forest.Add();
        _forest.Lose(lost);
        BlobId root = _forest.Add(Folder("a", lost), Folder("b", null), File("c", 3));
        var unreadable = new List<(string, BlobId?)>();
        var walker = new TreeWalker(_forest.Loader) { Unreadable = (path, tree, _) => unreadable.Add((path, tree)) };

        List<TreeEntry> entries = await walker.WalkAsync(root, "/", default).ToListAsync();

        Assert.Equal(["/a", "/b", "/c"], entries.Select(entry => entry.Path));
        Assert.Equal([("/a", lost), ("/b", null)], unreadable);
    }

    [Fact]
    public async Task What_is_unreadable_is_thrown_if_nobody_asks()
    {
        BlobId root = _forest.Add(Folder("b", null));

        await Assert.ThrowsAsync<RepositoryDamagedException>(
            async () => await new TreeWalker(_forest.Loader).WalkAsync(root, "/", default).ToListAsync());
    }

    [Fact]
    public async Task A_tree_that_contains_itself_ends_at_the_depth_limit()
    {
        BlobId root = _forest.Add();
        _forest.Replace(root, Folder("a", root));
        int depth = 0;

        await Assert.ThrowsAsync<RepositoryDamagedException>(async () =>
        {
            await foreach (TreeEntry entry in new TreeWalker(_forest.Loader).WalkAsync(root, "/", default))
            {
                depth = entry.Depth;
            }
        });

        Assert.Equal(TreePath.MaxDepth - 1, depth);
    }

    [Fact]
    public async Task A_walk_through_folders_shared_beyond_measure_can_be_stopped()
    {
        BlobId tree = _forest.Add(File("x", 1));
        for (int i = 0; i < 64; i++)
        {
            tree = _forest.Add(Folder("a", tree), Folder("b", tree)); // 2^64 paths
        }

        List<TreeEntry> entries = await new TreeWalker(_forest.Loader).WalkAsync(tree, "/", default)
            .Take(1000).ToListAsync();

        Assert.Equal(1000, entries.Count);
    }
}
