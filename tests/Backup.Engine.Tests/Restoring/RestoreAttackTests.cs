using System.Security.Cryptography;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Restoring;

/// <summary>Forged snapshots and prepared targets: nothing may leave the target, and what can be restored is.</summary>
public sealed class RestoreAttackTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ForgedRepository _repository = new();

    public RestoreAttackTests() => _folder.WriteFile("outside/secret", "secret");

    private string Target => _folder.Combine("target");

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/etc/escaped")]
    [InlineData("../escaped")]
    [InlineData("../outside/secret")]
    [InlineData("a/../../escaped")]
    [InlineData("escaped\0")]
    public async Task A_name_that_leads_elsewhere_is_refused_and_the_rest_goes_on(string name)
    {
        RestoreSummary summary = await _repository.RestoreAsync(
            Target,
            _repository.File(name, "evil"),
            _repository.Folder(name, _repository.File("inside", "evil")),
            ForgedRepository.Link(name, "/"),
            _repository.File("good", "good"));

        Assert.Equal(["good"], Names(Target));
        Assert.Equal(["outside", "target"], Names(_folder.FullName));
        Assert.Equal("secret", File.ReadAllText(_folder.Combine("outside/secret")));
        Assert.Equal(3, summary.ErrorCount);
        Assert.All(summary.Errors, error => Assert.Equal(RestoreIssueKind.NameRefused, error.Kind));
    }

    [Fact]
    public async Task A_link_and_a_folder_of_the_same_name_lead_nowhere()
    {
        RestoreSummary summary = await _repository.RestoreAsync(
            Target,
            ForgedRepository.Link("a", _folder.Combine("outside")),
            _repository.Folder("a", _repository.File("evil", "evil")),
            _repository.File("z", "z"),
            _repository.File("a", "evil"));

        Assert.Equal(["secret"], Names(_folder.Combine("outside")));
        Assert.Equal(["a", "z"], Names(Target));
        Assert.Equal([RestoreIssueKind.Duplicate, RestoreIssueKind.Duplicate], summary.Errors.Select(error => error.Kind));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("a/b/c")]
    public async Task A_planted_link_to_a_folder_is_replaced(string path)
    {
        Snapshot snapshot = await SaveNestedAsync();
        PlantLink(path, _folder.Combine("outside"));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot));

        Assert.Empty(summary.Errors);
        Assert.Equal(["secret"], Names(_folder.Combine("outside")));
        Assert.Null(new FileInfo(Path.Combine(Target, path)).LinkTarget);
        Assert.Equal("content", File.ReadAllText(Path.Combine(Target, "a/b/c/file")));
    }

    [Theory]
    [InlineData("a", OverwriteMode.Never)]
    [InlineData("a/b", OverwriteMode.Never)]
    [InlineData("a/b/c", OverwriteMode.Never)]
    [InlineData("a/b", OverwriteMode.IfNewer)]
    public async Task A_planted_link_that_must_stay_is_not_followed_either(string path, OverwriteMode mode)
    {
        Snapshot snapshot = await SaveNestedAsync();
        PlantLink(path, _folder.Combine("outside"));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { Overwrite = mode });

        RestoreIssue error = Assert.Single(summary.Errors);
        Assert.Equal(("/" + path, RestoreIssueKind.InTheWay), (error.Path, error.Kind));
        Assert.Equal(["secret"], Names(_folder.Combine("outside")));
        Assert.NotNull(new FileInfo(Path.Combine(Target, path)).LinkTarget);
        Assert.Equal("other", File.ReadAllText(Path.Combine(Target, "z")));
    }

    [Fact]
    public async Task A_planted_link_in_the_place_of_a_file_is_replaced()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("file", "content"), _repository.File("empty", ""));
        PlantLink("file", _folder.Combine("outside/secret"));
        PlantLink("empty", _folder.Combine("outside/created"));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot));

        Assert.Empty(summary.Errors);
        Assert.Equal("secret", File.ReadAllText(_folder.Combine("outside/secret")));
        Assert.Equal(["secret"], Names(_folder.Combine("outside")));
        Assert.Equal("content", File.ReadAllText(Path.Combine(Target, "file")));
        Assert.Null(new FileInfo(Path.Combine(Target, "file")).LinkTarget);
    }

    [FactOnLinux]
    public async Task A_folder_that_is_exchanged_for_a_link_while_contents_are_fetched_leads_nowhere()
    {
        Snapshot snapshot = await SaveNestedAsync();
        bool isExchanged = false;
        FaultyBackend backend = FaultyBackend.FailsBefore(_repository.Backend, int.MaxValue);
        var exchanging = new ExchangingBackend(backend, () =>
        {
            string folder = Path.Combine(Target, "a");
            if (!isExchanged && Directory.Exists(Path.Combine(folder, "b/c")))
            {
                isExchanged = true;
                Directory.Move(folder, folder + "-moved");
                Directory.CreateSymbolicLink(folder, _folder.Combine("outside"));
                Directory.CreateDirectory(_folder.Combine("outside/b/c"));
            }
        });

        await _repository.RestoreAsync(OptionsFor(snapshot), exchanging);

        Assert.True(isExchanged);
        Assert.Empty(Names(_folder.Combine("outside/b/c")));
        Assert.Equal("secret", File.ReadAllText(_folder.Combine("outside/secret")));
    }

    [FactOnLinux]
    public async Task A_file_with_another_name_outside_changes_only_inside()
    {
        Node same = _repository.File("same", "same");
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("other", "new"), same);
        using PosixFolder outside = PosixFolder.Open(_folder.Combine("outside"));
        using PosixFolder target = PosixFolder.Open(_folder.CreateFolder("target"));
        outside.WriteFile("other", "old"u8);
        outside.WriteFile("same", "same"u8);
        outside.MakeHardLink("other", target, "other");
        outside.MakeHardLink("same", target, "same");
        PosixStat before = outside.Stat("same");

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot));

        Assert.Empty(summary.Errors);
        Assert.Equal("old", File.ReadAllText(_folder.Combine("outside/other")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(Target, "other")));
        PosixStat after = outside.Stat("same");
        Assert.Equal((before.Mode, before.ModSeconds, before.Inode), (after.Mode, after.ModSeconds, after.Inode));
        Assert.Equal(1_600_000_000L, target.Stat("same").ModSeconds);
    }

    [FactOnLinux]
    public async Task Pipes_and_sockets_in_the_place_of_files_are_replaced_without_waiting()
    {
        Snapshot snapshot = await _repository.SaveAsync(_repository.File("pipe", "1"), _repository.Folder("socket", _repository.File("file", "2")));
        using PosixFolder target = PosixFolder.Open(_folder.CreateFolder("target"));
        target.MakeNode("pipe", PosixKind.Fifo);
        target.MakeNode("socket", PosixKind.Socket);

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { Verify = true });

        Assert.Empty(summary.Errors);
        Assert.Equal("1", File.ReadAllText(Path.Combine(Target, "pipe")));
        Assert.Equal("2", File.ReadAllText(Path.Combine(Target, "socket/file")));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 62)]
    [InlineData(0ul)]
    public async Task A_size_that_the_blobs_do_not_have_is_reported(ulong size)
    {
        RestoreSummary summary = await _repository.RestoreAsync(
            Target, _repository.File("good", "good"), _repository.File("liar", "content") with { Size = size });

        RestoreIssue error = Assert.Single(summary.Errors);
        Assert.Equal(("/liar", RestoreIssueKind.Damaged), (error.Path, error.Kind));
        Assert.Equal("content", File.ReadAllText(Path.Combine(Target, "liar")));
    }

    [Fact]
    public async Task Files_that_claim_to_be_one_but_differ_are_two()
    {
        Node one = _repository.File("one", "1") with { Links = 2, Inode = 5, DeviceId = 6 };
        Node two = _repository.File("two", "22") with { Links = 2, Inode = 5, DeviceId = 6 };
        Node three = one with { Name = "three" };

        RestoreSummary summary = await _repository.RestoreAsync(Target, one, three, two);

        Assert.Empty(summary.Errors);
        Assert.Equal("/two", Assert.Single(summary.Notes).Path);
        Assert.Equal("1", File.ReadAllText(Path.Combine(Target, "one")));
        Assert.Equal("1", File.ReadAllText(Path.Combine(Target, "three")));
        Assert.Equal("22", File.ReadAllText(Path.Combine(Target, "two")));
        Assert.Equal(1, summary.HardLinks);
    }

    [Fact]
    public async Task Missing_blobs_and_trees_cost_only_what_needs_them()
    {
        Node lost = _repository.File("lost", "x") with { Content = [BlobId.Of("never stored"u8)] };
        Node treeAsData = _repository.File("tree", "x") with { Content = [_repository.AddTree()] };
        RestoreSummary summary = await _repository.RestoreAsync(
            Target,
            _repository.Folder("damaged"),
            ForgedRepository.Folder("empty", BlobId.Of("no tree"u8)),
            _repository.File("good", "good"),
            lost,
            _repository.Folder("none") with { Subtree = null },
            treeAsData);

        Assert.Equal(["/empty", "/lost", "/none", "/tree"], summary.Errors.Select(error => error.Path).Order());
        Assert.All(summary.Errors, error => Assert.Equal(RestoreIssueKind.Damaged, error.Kind));
        Assert.Equal(["damaged", "empty", "good"], Names(Target));
    }

    [Fact]
    public async Task Nothing_is_deleted_where_the_snapshot_is_doubtful()
    {
        Snapshot snapshot = await _repository.SaveAsync(
            ForgedRepository.Folder("lost", BlobId.Of("no tree"u8)), _repository.File("../x", "x"));
        _folder.WriteFile("target/lost/precious", "1");
        _folder.WriteFile("target/precious", "2");

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot) with { Delete = true });

        Assert.True(File.Exists(Path.Combine(Target, "lost/precious")));
        Assert.True(File.Exists(Path.Combine(Target, "precious")));
        Assert.Equal(0, summary.ItemsDeleted);
    }

    [Fact]
    public async Task A_link_to_nothing_possible_is_reported()
    {
        RestoreSummary summary = await _repository.RestoreAsync(
            Target, ForgedRepository.Link("empty", ""), ForgedRepository.Link("nul", "a\0b"), ForgedRepository.Link("long", new string('x', 5000)));

        Assert.Equal(3, summary.ErrorCount);
        Assert.Empty(Names(Target));
    }

    [FactOnLinux]
    [Trait("Category", "Slow")]
    public async Task A_tree_nested_beyond_all_limits_ends_somewhere()
    {
        BlobId tree = _repository.AddTree(_repository.File("bottom", "x"));
        for (int i = 0; i < 4_200; i++)
        {
            tree = _repository.AddTree(ForgedRepository.Folder("d", tree));
        }

        Snapshot snapshot = await _repository.SaveAsync(ForgedRepository.Folder("deep", tree), _repository.File("good", "good"));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot));
        RestoreSummary deletion = await _repository.RestoreAsync(
            new RestoreOptions { Snapshot = (await _repository.SaveAsync(_repository.File("good", "good"))).Id.ToString(), Target = Target, Delete = true });

        RestoreIssue error = Assert.Single(summary.Errors);
        Assert.Equal(RestoreIssueKind.Damaged, error.Kind);
        Assert.Empty(deletion.Errors);
        Assert.Equal(["good"], Names(Target));
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Names(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private RestoreOptions OptionsFor(Snapshot snapshot) => new() { Snapshot = snapshot.Id.ToString(), Target = Target };

    private Task<Snapshot> SaveNestedAsync() => _repository.SaveAsync(
        _repository.Folder(
            "a",
            _repository.Folder(
                "b", _repository.Folder("c", _repository.File("file", "content"), _repository.File("more", RandomNumberGenerator.GetBytes(100_000), 10_000)))),
        _repository.File("z", "other"));

    private void PlantLink(string path, string leadsTo)
    {
        string full = Path.Combine(Target, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.CreateSymbolicLink(full, leadsTo);
    }

    /// <summary>Lets something happen before each read of a pack.</summary>
    private sealed class ExchangingBackend(IBackend inner, Action exchange) : DelegatingBackend(inner)
    {
        public override Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            exchange();
            return base.LoadRangeAsync(file, offset, destination, cancellationToken);
        }
    }
}
