using Backup.Engine.Browsing;
using Backup.Engine.Tests.Repositories;
using static Backup.Engine.Tests.Repositories.TreeForest;

namespace Backup.Engine.Tests.Browsing;

public class RestoreSizeTests
{
    private readonly TreeForest _forest = new();

    [Fact]
    public async Task Every_path_counts_but_shared_folders_are_read_once()
    {
        BlobId tree = _forest.Add(File("x", 1, 2, 3));
        for (int i = 0; i < 20; i++)
        {
            tree = _forest.Add(Folder("a", tree), Folder("b", tree));
        }

        RestoreSize size = await CountAsync(tree, tree);

        Assert.Equal((3UL << 20) * 2, size.Bytes);
        Assert.Equal(((1L << 20) + (1L << 21) - 2) * 2, size.Items);
        Assert.Equal(21, _forest.Loads);
    }

    [Fact]
    public async Task Several_links_to_a_file_count_once_per_snapshot()
    {
        Node linked = File("x", 1, 2) with { Links = 2, Inode = 5, DeviceId = 1 };
        BlobId folder = _forest.Add(linked, File("y", 1));
        BlobId root = _forest.Add(Folder("a", folder), Folder("b", folder), linked with { Name = "c" });

        RestoreSize size = await CountAsync(root, root);

        Assert.Equal((2UL + 1 + 1) * 2, size.Bytes);
        Assert.Equal(7 * 2, size.Items);
    }

    [Fact]
    public async Task Links_are_told_apart_by_device_and_inode()
    {
        Node linked = File("x", 1, 2) with { Links = 2, Inode = 5, DeviceId = 1 };
        BlobId root = _forest.Add(
            linked, linked with { Name = "y", DeviceId = 2 }, linked with { Name = "z", Inode = 0 });

        RestoreSize size = await CountAsync(root);

        Assert.Equal(6UL, size.Bytes);
    }

    private async Task<RestoreSize> CountAsync(params BlobId[] roots)
    {
        var size = new RestoreSize(_forest.Loader);
        foreach (BlobId root in roots)
        {
            await size.AddAsync(root, () => { }, CancellationToken.None);
        }

        return size;
    }
}
