using System.Collections.Concurrent;
using Backup.Engine.Repositories;
using static Backup.Engine.Tests.Repositories.TreeForest;

namespace Backup.Engine.Tests.Repositories;

public class TreeStreamerTests
{
    private readonly TreeForest _forest = new();
    private readonly ConcurrentBag<(BlobId Tree, string Path)> _loaded = [];
    private readonly ConcurrentBag<(BlobId Tree, string Path)> _failed = [];

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Each_tree_is_visited_once_however_often_it_is_shared(int parallelism)
    {
        BlobId tree = _forest.Add(File("x", 1));
        for (int i = 0; i < 64; i++)
        {
            tree = _forest.Add(Folder("a", tree), Folder("b", tree)); // 2^64 paths
        }

        await VisitAsync(parallelism, tree, tree);

        Assert.Equal(65, _loaded.Count);
        Assert.Equal(65, _loaded.Select(visit => visit.Tree).Distinct().Count());
    }

    [Fact]
    public async Task A_tree_that_contains_itself_is_visited_once()
    {
        BlobId root = _forest.Add();
        _forest.Replace(root, Folder("a", root));

        await VisitAsync(2, root);

        Assert.Single(_loaded);
    }

    [Fact]
    public async Task Visits_know_their_path()
    {
        BlobId inner = _forest.Add();
        BlobId root = _forest.Add(Folder("a", _forest.Add(Folder("b", inner))));

        await VisitAsync(2, root);

        Assert.Contains((inner, "/a/b"), _loaded);
        Assert.Contains((root, "/"), _loaded);
    }

    [Fact]
    public async Task What_is_lost_is_told_and_the_rest_visited()
    {
        BlobId lost = _forest.Add();
        _forest.Lose(lost);
        BlobId root = _forest.Add(Folder("a", lost), Folder("b", _forest.Add()), Folder("c", null));

        await VisitAsync(2, root);

        Assert.Equal([(lost, "/a")], _failed);
        Assert.Equal(2, _loaded.Count);
    }

    [Fact]
    public async Task What_is_lost_is_thrown_if_nobody_asks()
    {
        BlobId lost = _forest.Add();
        _forest.Lose(lost);
        var streamer = new TreeStreamer(_forest.Loader, 2) { Claim = _ => true, Loaded = (_, _) => { } };

        await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => streamer.VisitAsync([TreeVisit.Root(default, lost)], CancellationToken.None));
    }

    [Fact]
    public async Task Trees_deeper_than_any_file_system_fail()
    {
        BlobId tree = _forest.Add();
        for (int i = 0; i < TreePath.MaxDepth + 5; i++)
        {
            tree = _forest.Add(Folder("a", tree));
        }

        await VisitAsync(1, tree);

        Assert.Equal(TreePath.MaxDepth, _loaded.Count);
        Assert.Single(_failed);
    }

    [Fact]
    public async Task No_roots_are_no_work() => await VisitAsync(2);

    private Task VisitAsync(int parallelism, params BlobId[] roots)
    {
        var claimed = new ConcurrentDictionary<BlobId, bool>();
        var streamer = new TreeStreamer(_forest.Loader, parallelism)
        {
            Claim = tree => claimed.TryAdd(tree, true),
            Loaded = (visit, _) => _loaded.Add((visit.Tree, visit.Depth < 100 ? visit.Path : "")),
            Failed = (visit, _) => _failed.Add((visit.Tree, visit.Depth < 100 ? visit.Path : "")),
        };
        return streamer.VisitAsync(roots.Select(root => TreeVisit.Root(default, root)), CancellationToken.None);
    }
}
