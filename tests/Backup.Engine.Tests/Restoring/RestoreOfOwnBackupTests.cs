using Backup.Engine.Repositories;
using Backup.Engine.Restoring;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Restoring;

/// <summary>What we back up comes back.</summary>
public sealed class RestoreOfOwnBackupTests : IDisposable
{
    private const TreeAspects Restored =
        TreeAspects.Mode | TreeAspects.Owner | TreeAspects.ModTime | TreeAspects.Attributes | TreeAspects.HardLinks;

    private readonly TempFolder _folder = new();

    [FactOnLinux(User = RunBy.Root)] // who may read all of the sample
    [Trait("Category", "Slow")]
    public async Task Everything_comes_back_as_it_was()
    {
        SampleTree tree = SampleTree.Create(
            _folder.Combine("tree"), new SampleTreeOptions { SmallFiles = 800, DeeperThanPathsMayBe = true });
        await using MemoryRepository repository = await BackUpAsync(tree);

        RestoreSummary summary = await repository.Repository.RestoreAsync(
            new RestoreOptions { Snapshot = "latest", Target = _folder.Combine("target"), Verify = true }, null, CancellationToken.None);

        Assert.Empty(summary.Errors);
        Assert.Empty(TreeComparer.Differences(tree.FullName, _folder.Combine("target"), Restored));
    }

    [FactOnLinux(User = RunBy.Root)] // who may read all of the sample
    [Trait("Category", "Slow")]
    public async Task A_restore_in_many_parts_gives_the_same()
    {
        SampleTree tree = SampleTree.Create(
            _folder.Combine("tree"), new SampleTreeOptions { SmallFiles = 400, LargeFiles = false });
        await using MemoryRepository repository = await BackUpAsync(tree);
        await using OpenedRepository opened = await repository.OpenAnewAsync();
        var options = new RestoreOptions { Snapshot = "latest", Target = _folder.Combine("target"), Verify = true };

        RestoreSummary summary = await new SnapshotRestorer(opened, options, null) { Limits = new PlanLimits(7, 11) }
            .RunAsync(CancellationToken.None);

        Assert.Empty(summary.Errors);
        Assert.Empty(TreeComparer.Differences(tree.FullName, _folder.Combine("target"), Restored));
    }

    [FactOnLinux(User = RunBy.Root)]
    public async Task Owners_are_found_by_name_where_there_are_such_names()
    {
        string source = _folder.CreateFolder("tree");
        using (PosixFolder folder = PosixFolder.Open(source))
        {
            folder.WriteFile("file", "1"u8);
        }

        var forged = new ForgedRepository();
        Node file = forged.File("file", "1") with { Uid = 4711, Gid = 4712, User = "root", Group = "no such group here" };
        Snapshot snapshot = await forged.SaveAsync(file);

        RestoreSummary byName = await forged.RestoreAsync(
            new RestoreOptions { Snapshot = snapshot.Id.ToString(), Target = _folder.Combine("names"), OwnershipByName = true });
        RestoreSummary byId = await forged.RestoreAsync(
            new RestoreOptions { Snapshot = snapshot.Id.ToString(), Target = _folder.Combine("ids") });

        using PosixFolder names = PosixFolder.Open(_folder.Combine("names"));
        using PosixFolder ids = PosixFolder.Open(_folder.Combine("ids"));
        Assert.Equal((0u, 4712u), (names.Stat("file").Owner, names.Stat("file").Group));
        Assert.Equal((4711u, 4712u), (ids.Stat("file").Owner, ids.Stat("file").Group));
        Assert.Contains("no such group here", Assert.Single(byName.Notes).Message, StringComparison.Ordinal);
        Assert.Empty(byId.Notes);
    }

    [FactOnLinux]
    public async Task Attributes_are_chosen_by_pattern()
    {
        var forged = new ForgedRepository();
        Node file = forged.File("file", "1") with
        {
            ExtendedAttributes =
            [
                new ExtendedAttribute("user.one", "1"u8.ToArray()),
                new ExtendedAttribute("user.two", "2"u8.ToArray()),
            ],
        };
        Snapshot snapshot = await forged.SaveAsync(file);
        var options = new RestoreOptions { Snapshot = snapshot.Id.ToString(), Target = _folder.Combine("included") };

        await forged.RestoreAsync(options with { IncludeAttributes = ["user.o*"] });
        await forged.RestoreAsync(options with { Target = _folder.Combine("excluded"), ExcludeAttributes = ["user.o*"] });

        using PosixFolder included = PosixFolder.Open(_folder.Combine("included"));
        using PosixFolder excluded = PosixFolder.Open(_folder.Combine("excluded"));
        Assert.Equal(["user.one"], included.ReadAttributes("file").Keys);
        Assert.Equal(["user.two"], excluded.ReadAttributes("file").Keys);
    }

    [FactOnLinux(User = RunBy.OrdinaryUser)]
    public async Task What_only_root_can_set_is_noted_and_the_rest_is_restored()
    {
        var forged = new ForgedRepository();
        Node foreign = forged.File("foreign", "1") with { Uid = 0, Gid = 0, Mode = 0x0080_01ED };
        Node device = ForgedRepository.Link("device", "") with { Type = NodeType.CharacterDevice, Device = 0x103 };
        Snapshot snapshot = await forged.SaveAsync(device, foreign);

        RestoreSummary summary = await forged.RestoreAsync(
            new RestoreOptions { Snapshot = snapshot.Id.ToString(), Target = _folder.Combine("target") });

        Assert.Empty(summary.Errors);
        Assert.Equal(["/device", "/foreign", "/foreign"], summary.Notes.Select(note => note.Path).Order());
        using PosixFolder target = PosixFolder.Open(_folder.Combine("target"));
        Assert.Equal(0x1ED, (int)target.Stat("foreign").Mode & 0xFFF); // without set-user-id: it would be another user's
    }

    [FactOnLinux]
    public async Task A_second_restore_goes_through_folders_that_the_first_one_closed()
    {
        var forged = new ForgedRepository();
        Node closed = forged.Folder("closed", forged.File("a", "1"), forged.Folder("inner", forged.File("b", "2")));
        Snapshot first = await forged.SaveAsync(closed with { Mode = 0x8000_0000 });
        Snapshot second = await forged.SaveAsync(
            forged.Folder("closed", forged.File("a", "changed"), forged.File("new", "3")) with { Mode = 0x8000_0140 });
        var options = new RestoreOptions { Snapshot = first.Id.ToString(), Target = _folder.Combine("target") };
        await forged.RestoreAsync(options);

        RestoreSummary summary = await forged.RestoreAsync(options with { Snapshot = second.Id.ToString(), Delete = true });

        Assert.Empty(summary.Errors);
        Assert.Equal("changed", File.ReadAllText(_folder.Combine("target/closed/a")));
        Assert.False(Directory.Exists(_folder.Combine("target/closed/inner")));
        using PosixFolder target = PosixFolder.Open(_folder.Combine("target"));
        Assert.Equal(0x140, (int)target.Stat("closed").Mode & 0xFFF);
    }

    [Fact]
    public async Task More_files_are_in_the_making_than_handles_stay_open()
    {
        var forged = new ForgedRepository();
        byte[][] first = [.. Enumerable.Range(0, 600).Select(i => BitConverter.GetBytes(i))];
        BlobId[] firstIds = [.. first.Select(forged.AddData)];
        BlobId[] secondIds = [.. first.Select(content => forged.AddData([.. content, 9]))];
        Node[] folders =
        [
            .. Enumerable.Range(0, 200).Select(i => forged.Folder(
                $"folder{i:D3}",
                [
                    .. Enumerable.Range(0, 3).Select(j => (i * 3) + j).Select(n => forged.File($"file{n}", "") with
                    {
                        Size = 9,
                        Content = [firstIds[n], secondIds[n]],
                    }),
                ])),
        ];

        RestoreSummary summary = await forged.RestoreAsync(_folder.Combine("target"), folders);

        Assert.Empty(summary.Errors);
        Assert.All(Enumerable.Range(0, 600), n => Assert.Equal(
            [.. first[n], .. first[n], 9], File.ReadAllBytes(_folder.Combine($"target/folder{n / 3:D3}/file{n}"))));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<MemoryRepository> BackUpAsync(SampleTree tree)
    {
        MemoryRepository repository = await MemoryRepository.CreateAsync();
        BackupSummary summary = await repository.BackupAsync(
            Repository.CreateSource(new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = tree.FullName }));
        Assert.Empty(summary.Skipped);
        return repository;
    }
}
