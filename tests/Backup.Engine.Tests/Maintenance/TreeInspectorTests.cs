using Backup.Engine.Indexing;
using Backup.Engine.Maintenance;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;
using static Backup.Engine.Tests.Repositories.TreeForest;

namespace Backup.Engine.Tests.Maintenance;

public class TreeInspectorTests
{
    private static readonly BlobId Known = BlobId.Of([1]);
    private static readonly BlobId Tree = BlobId.Of([99]);

    private readonly BlobIndex _index = new();
    private readonly List<CheckProblem> _problems = [];
    private readonly TreeInspector _inspector;

    public TreeInspectorTests()
    {
        _index.AddPack(new PackId(Digest.Of([7])), [new PackedBlob(BlobType.Data, Known, 0, 40, 0)]);
        _inspector = new TreeInspector(_index, new BlobSet(_index), new CheckLog(_problems.Add));
    }

    [Fact]
    public void A_sound_tree_has_no_faults()
    {
        Inspect(File("a", 1), Folder("b", Tree), new Node { Name = "c", Type = NodeType.Symlink }, File("d"));

        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("/etc")]
    [InlineData("a\0b")]
    public void Names_that_lead_elsewhere_are_faults(string name)
    {
        Inspect(File(name, 1));

        CheckProblem problem = Assert.Single(_problems);
        Assert.Equal(CheckProblemKind.NodeInvalid, problem.Kind);
        Assert.Equal((Tree, BlobType.Tree), (problem.Blob, problem.BlobType));
    }

    [Fact]
    public void Entries_out_of_order_or_twice_are_faults()
    {
        Inspect(File("b", 1), File("a", 1), File("c", 1), File("c", 1));

        Assert.Equal(["a", "c"], _problems.Select(problem => problem.Path[^1..]));
    }

    [Fact]
    public void What_a_kind_needs_must_be_there()
    {
        Inspect(
            File("a") with { Content = null },
            Folder("b", null),
            Folder("c", default(BlobId)),
            new Node { Name = "d", Type = NodeType.Irregular },
            File("e") with { Content = [default] });

        Assert.Equal(5, _problems.Count);
        Assert.All(_problems, problem => Assert.Equal(CheckProblemKind.NodeInvalid, problem.Kind));
    }

    [Fact]
    public void A_missing_blob_is_reported_where_it_is_first_needed()
    {
        Inspect(File("a", 1, 2, 2), File("b", 2));

        CheckProblem problem = Assert.Single(_problems);
        Assert.Equal((CheckProblemKind.BlobMissing, BlobId.Of([2])), (problem.Kind, problem.Blob));
        Assert.EndsWith(":/sub/a", problem.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_tree_names_its_pack_if_there_is_one()
    {
        BlobId stored = BlobId.Of([5]);
        _index.AddPack(new PackId(Digest.Of([8])), [new PackedBlob(BlobType.Tree, stored, 0, 40, 0)]);
        TreeVisit root = TreeVisit.Root(default, Tree);

        _inspector.ReportUnreadable(root.Enter("x", stored), new RepositoryDamagedException("broken"));
        _inspector.ReportUnreadable(root.Enter("y", BlobId.Of([6])), new RepositoryDamagedException("unknown"));

        Assert.Equal([CheckProblemKind.TreeUnreadable, CheckProblemKind.TreeMissing], _problems.Select(problem => problem.Kind));
        Assert.Equal([Digest.Of([8]), null], _problems.Select(problem => problem.File?.Name));
        Assert.EndsWith(":/x", _problems[0].Path, StringComparison.Ordinal);
    }

    private void Inspect(params Node[] nodes) =>
        _inspector.Inspect(TreeVisit.Root(default, BlobId.Of([98])).Enter("sub", Tree), [.. nodes]);
}
