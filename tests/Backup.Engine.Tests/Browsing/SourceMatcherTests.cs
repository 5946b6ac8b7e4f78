using Backup.Engine.Browsing;
using Backup.Engine.Tests.Repositories;
using static Backup.Engine.Tests.Repositories.TreeForest;

namespace Backup.Engine.Tests.Browsing;

public sealed class SourceMatcherTests
{
    private readonly TreeForest _forest = new();
    private readonly List<string> _told = [];

    [Fact]
    public async Task Both_sides_are_walked_in_step()
    {
        BlobId root = _forest.Add(
            File("a", 1), Folder("both", _forest.Add(File("x", 1), File("y", 2))), Folder("gone", _forest.Add(File("z", 1))), File("type", 1));

        await WalkAsync(
            root, Item("/a"), Begin("/both"), Item("/both/w"), Item("/both/y"), End("/both"), Begin("/new"), Item("/new/n"), End("/new"), Begin("/type"), End("/type"));

        Assert.Equal(
            ["= /a", "= /both", "+ /both/w", "- /both/x", "= /both/y", "- /gone", "+ /new", "+ /new/n", "= /type"], _told);
    }

    [Fact]
    public async Task Above_the_paths_that_were_asked_for_others_are_none_of_our_business()
    {
        BlobId home = _forest.Add(Folder("anna", _forest.Add(File("x", 1))), Folder("bert", _forest.Add(File("y", 1))));
        BlobId root = _forest.Add(Folder("etc", _forest.Add()), Folder("home", home));

        await WalkAsync(root, isRootComplete: false, Above("/home"), Begin("/home/bert"), End("/home/bert"), End("/home"));

        Assert.Equal(["= /home", "= /home/bert", "- /home/bert/y"], _told);
    }

    [Fact]
    public async Task A_path_that_the_snapshot_does_not_have_is_refused()
    {
        BlobId root = _forest.Add(Folder("home", _forest.Add(Folder("anna", _forest.Add()))));

        ItemNotFoundException error = await Assert.ThrowsAsync<ItemNotFoundException>(
            () => WalkAsync(root, isRootComplete: false, Above("/home"), Begin("/home/carl"), End("/home/carl"), End("/home")));

        Assert.Contains("/home/carl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_skipped_or_left_out_is_not_missing()
    {
        BlobId root = _forest.Add(File("a", 1), File("b", 1), Folder("c", _forest.Add(File("x", 1))), File("d", 1));

        await WalkAsync(
            root,
            Skipped("/a", SkipReason.AccessDenied),
            new SourceEntry { Kind = SourceEntryKind.Excluded, Path = "/b" },
            Begin("/c"),
            Skipped("/c", SkipReason.ReadFailed), // the rest of its entries
            End("/c"),
            Skipped("/d", SkipReason.MetadataIncomplete),
            Item("/d"));

        Assert.Equal(["? /a", "= /c", "? /c", "= /d"], _told);
    }

    [Theory]
    [InlineData(true, SkipReason.NotFound)]
    [InlineData(false, SkipReason.NotFound)]
    [InlineData(false, SkipReason.AccessDenied)]
    public async Task A_path_that_can_t_be_read_before_the_walk_begins_hides_none_of_the_others(bool isRootComplete, SkipReason reason)
    {
        BlobId root = _forest.Add(Folder("etc", _forest.Add(File("x", 1))), File("missing", 1));

        await WalkAsync(root, isRootComplete, Skipped("/missing", reason), Begin("/etc"), Item("/etc/x"), End("/etc"));

        Assert.Equal(["? /missing", "= /etc", "= /etc/x", .. isRootComplete ? ["- /missing"] : Array.Empty<string>()], _told);
    }

    [Fact]
    public async Task A_folder_of_which_the_snapshot_s_record_is_damaged_is_told_once()
    {
        BlobId lost = _forest.Add(File("x", 1));
        BlobId root = _forest.Add(Folder("c", lost), File("d", 1));
        _forest.Lose(lost);

        await WalkAsync(root, Begin("/c"), Begin("/c/e"), Item("/c/e/f"), End("/c/e"), Item("/c/x"), End("/c"), Item("/d"));

        Assert.Equal(["= /c", "? /c", "= /d"], _told);
    }

    private static SourceEntry Item(string path) => Of(SourceEntryKind.Item, path, NodeType.File);

    private static SourceEntry Begin(string path) => Of(SourceEntryKind.DirectoryStart, path, NodeType.Directory);

    private static SourceEntry End(string path) => new() { Kind = SourceEntryKind.DirectoryEnd, Path = path };

    private static SourceEntry Above(string path) => new()
    {
        Kind = SourceEntryKind.DirectoryStart,
        Path = path,
        Node = Begin(path).Node,
        IsIntermediate = true,
    };

    private static SourceEntry Skipped(string path, SkipReason reason) =>
        new() { Kind = SourceEntryKind.Skipped, Path = path, SkipReason = reason, Reason = "no" };

    private static SourceEntry Of(SourceEntryKind kind, string path, NodeType type) =>
        new() { Kind = kind, Path = path, Node = new Node { Name = path[(path.LastIndexOf('/') + 1)..], Type = type } };

    private Task WalkAsync(BlobId root, params SourceEntry[] entries) => WalkAsync(root, isRootComplete: true, entries);

    private Task WalkAsync(BlobId root, bool isRootComplete, params SourceEntry[] entries)
    {
        var matcher = new SourceMatcher(_forest.Loader, isRootComplete)
        {
            Uncompared = (path, _) => _told.Add($"? {path}"),
            Visit = (path, known, entry) =>
            {
                _told.Add($"{(known is null ? '+' : entry is null ? '-' : '=')} {path}");
                return ValueTask.CompletedTask;
            },
        };
        return matcher.WalkAsync(new ListedSource(entries), root, CancellationToken.None);
    }

    private sealed class ListedSource(SourceEntry[] entries) : IBackupSource
    {
        public IReadOnlyList<string> Paths => [];

        public IReadOnlyList<string> Excludes => [];

        public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken) => entries;

        public SourceContent Open(SourceEntry entry) => throw new NotSupportedException();
    }
}
