using Backup.Engine.Repositories;
using static Backup.Engine.Tests.Repositories.TreeForest;

namespace Backup.Engine.Tests.Repositories;

public class TreePathTests
{
    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("a", "/a")]
    [InlineData("/a//b/./c/", "/a/b/c")]
    [InlineData("/a/../b", "/b")]
    [InlineData("../../b", "/b")]
    [InlineData("/...", "/...")]
    public void What_is_superfluous_in_a_path_goes(string path, string expected) =>
        Assert.Equal(expected, TreePath.Normalize(path));

    [Theory]
    [InlineData("a", true)]
    [InlineData("...", true)]
    [InlineData("a\\b", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("/", false)]
    [InlineData("a\0", false)]
    public void Names_that_would_lead_elsewhere_are_not_safe(string name, bool expected) =>
        Assert.Equal(expected, TreePath.IsSafeName(name));

    [Fact]
    public async Task A_path_leads_to_its_item()
    {
        var forest = new TreeForest();
        Node file = File("file", 1);
        BlobId inner = forest.Add(file);
        BlobId root = forest.Add(Folder("dir", inner));

        Assert.Equal(file, await TreePath.FindItemAsync(forest.Loader, root, "/dir/file", CancellationToken.None));
        Assert.Null(await TreePath.FindItemAsync(forest.Loader, root, "/", CancellationToken.None));
        Assert.Equal(inner, await TreePath.FindFolderAsync(forest.Loader, root, "dir/", CancellationToken.None));
        Assert.Equal(root, await TreePath.FindFolderAsync(forest.Loader, root, "", CancellationToken.None));
    }

    [Theory]
    [InlineData("/none", "/none")]
    [InlineData("/dir/none/deeper", "/dir/none")]
    [InlineData("/dir/file/deeper", "/dir/file")]
    [InlineData("/dir/file", "/dir/file")]
    public async Task A_path_that_leads_nowhere_is_named(string path, string named)
    {
        var forest = new TreeForest();
        BlobId root = forest.Add(Folder("dir", forest.Add(File("file", 1))));

        ItemNotFoundException exception = await Assert.ThrowsAsync<ItemNotFoundException>(
            () => TreePath.FindFolderAsync(forest.Loader, root, path, CancellationToken.None));

        Assert.Contains($"«{named}»", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_tree_is_damage()
    {
        var forest = new TreeForest();
        BlobId root = forest.Add(Folder("dir", null));

        await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => TreePath.FindFolderAsync(forest.Loader, root, "/dir", CancellationToken.None));
    }

    [Fact]
    public async Task A_name_with_a_slash_is_never_taken_for_a_path()
    {
        var forest = new TreeForest();
        BlobId root = forest.Add(File("dir/file", 1));

        await Assert.ThrowsAsync<ItemNotFoundException>(
            () => TreePath.FindItemAsync(forest.Loader, root, "/dir/file", CancellationToken.None));
    }
}
