using Backup.Engine.Browsing;
using Backup.Engine.Repositories;
using Backup.Engine.Tests.Repositories;
using static Backup.Engine.Tests.Repositories.TreeForest;

namespace Backup.Engine.Tests.Browsing;

public class TreeComparerTests
{
    private readonly TreeForest _forest = new();
    private readonly List<string> _changes = [];

    [Fact]
    public async Task Equal_trees_are_not_read()
    {
        BlobId tree = _forest.Add(File("a", 1));

        await CompareAsync(tree, tree);

        Assert.Empty(_changes);
        Assert.Equal(0, _forest.Loads);
    }

    [Fact]
    public async Task Added_and_removed_items_are_listed_with_what_is_in_them()
    {
        BlobId inner = _forest.Add(File("x", 1), Folder("y", _forest.Add(File("z", 2))));
        BlobId before = _forest.Add(File("a", 1), Folder("m", inner));
        BlobId after = _forest.Add(Folder("k", inner), File("z", 1));

        await CompareAsync(before, after);

        Assert.Equal(
            ["- /a", "+ /k/", "+ /k/x", "+ /k/y/", "+ /k/y/z", "- /m/", "- /m/x", "- /m/y/", "- /m/y/z", "+ /z"],
            _changes);
    }

    [Fact]
    public async Task Content_that_changed_without_the_metadata_looks_like_a_failing_disk()
    {
        Node rotten = File("rotten", 1) with { ModTime = new Timestamp(5, 0, 0) };
        BlobId before = _forest.Add(File("edited", 1), rotten);
        BlobId after = _forest.Add(
            File("edited", 2) with { ModTime = new Timestamp(9, 0, 0) },
            rotten with { Content = [BlobId.Of([2])] });

        await CompareAsync(before, after);

        Assert.Equal(["M /edited", "M? /rotten"], _changes);
    }

    [Fact]
    public async Task Metadata_count_only_when_asked_for()
    {
        BlobId before = _forest.Add(File("a", 1), Folder("b", _forest.Add(File("x", 1))));
        BlobId after = _forest.Add(File("a", 1) with { Mode = 420 }, Folder("b", _forest.Add(File("x", 2))));

        await CompareAsync(before, after);
        Assert.Equal(["M? /b/x"], _changes);

        _changes.Clear();
        await CompareAsync(before, after, metadata: true);
        Assert.Equal(["U /a", "U /b/", "M? /b/x"], _changes);
    }

    [Fact]
    public async Task The_offset_of_a_time_is_no_change_of_metadata()
    {
        BlobId before = _forest.Add(File("a", 1) with { ModTime = new Timestamp(7, 8, 0) });
        BlobId after = _forest.Add(File("a", 1) with { ModTime = new Timestamp(7, 8, 120) });

        await CompareAsync(before, after, metadata: true);

        Assert.Empty(_changes);
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_file_is_one_change()
    {
        BlobId before = _forest.Add(File("a", 1), Folder("b", _forest.Add(File("x", 1))));
        BlobId after = _forest.Add(Folder("a", _forest.Add(File("y", 1))), File("b", 1));

        await CompareAsync(before, after);

        Assert.Equal(["T /a/", "T /b"], _changes);
    }

    [Fact]
    public async Task An_unreadable_folder_counts_as_empty()
    {
        BlobId lost = _forest.Add();
        _forest.Lose(lost);
        BlobId before = _forest.Add(Folder("a", lost), File("z", 1));
        BlobId after = _forest.Add(Folder("a", _forest.Add(File("x", 1))));
        var unreadable = new List<(string, bool)>();
        var comparer = new TreeComparer(_forest.Loader)
        {
            Changed = change => _changes.Add($"{change.Modifier} {change.Path}"),
            Unreadable = (path, isSecond, _, _) => unreadable.Add((path, isSecond)),
        };

        await comparer.CompareAsync(before, after, CancellationToken.None);

        Assert.Equal(["+ /a/x", "- /z"], _changes);
        Assert.Equal([("/a", false)], unreadable);
    }

    [Fact]
    public async Task Trees_that_contain_themselves_end_at_the_depth_limit()
    {
        BlobId before = _forest.Add();
        BlobId after = _forest.Add();
        _forest.Replace(before, Folder("a", before));
        _forest.Replace(after, Folder("a", after));

        await Assert.ThrowsAsync<RepositoryDamagedException>(() => CompareAsync(before, after));

        Assert.Equal(2 * TreePath.MaxDepth, _forest.Loads);
    }

    [Fact]
    public async Task Folders_that_both_have_are_told()
    {
        BlobId common = _forest.Add(File("x", 1));
        BlobId before = _forest.Add(Folder("a", common));
        BlobId after = _forest.Add(Folder("a", common), File("b", 1));
        var found = new List<BlobId>();
        var comparer = new TreeComparer(_forest.Loader) { CommonTrees = found.Add };

        await comparer.CompareAsync(before, after, CancellationToken.None);

        Assert.Equal([common], found);
    }

    private Task CompareAsync(BlobId before, BlobId after, bool metadata = false)
    {
        var comparer = new TreeComparer(_forest.Loader)
        {
            Metadata = metadata,
            Changed = change => _changes.Add($"{change.Modifier} {change.Path}"),
        };
        return comparer.CompareAsync(before, after, CancellationToken.None);
    }
}
