using System.Text;
using System.Text.Json.Nodes;
using Backup.Engine.Repositories;
using Backup.Engine.Snapshots;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Changing tags through the façade.</summary>
public sealed class TagTests : IAsyncLifetime
{
    private MemoryRepository _repository = null!; // set before each test

    public async Task InitializeAsync() => _repository = await MemoryRepository.CreateAsync();

    public async Task DisposeAsync() => await _repository.DisposeAsync();

    [Fact]
    public async Task Tags_are_added_and_removed_once()
    {
        Snapshot old = await SaveAsync(Make("a") with { Tags = ["x", "y"] });

        SnapshotChanges changes = await TagAsync(new TagOptions { Add = ["z", "x", "z"], Remove = ["y", "none"] });

        SnapshotChange change = Assert.Single(changes.Changed);
        Snapshot saved = Assert.Single(await _repository.SnapshotsAsync());
        Assert.Equal(["x", "z"], saved.Tags);
        Assert.Equal(old.Id, saved.Original);
        Assert.Equal((old.Id, saved.Id), (change.Old.Id, change.New.Id));
        Assert.Empty(await _repository.ListAsync(FileKind.Lock));
    }

    [Fact]
    public async Task The_first_id_is_remembered_however_often_tags_change()
    {
        Snapshot old = await SaveAsync(Make("a"));

        await TagAsync(new TagOptions { Add = ["x"] });
        await TagAsync(new TagOptions { Set = ["y"] });

        Snapshot saved = Assert.Single(await _repository.SnapshotsAsync());
        Assert.Equal(["y"], saved.Tags);
        Assert.Equal(old.Id, saved.Original);
    }

    [Fact]
    public async Task What_is_right_already_keeps_its_id()
    {
        Snapshot old = await SaveAsync(Make("a") with { Tags = ["x"] });

        Assert.Empty((await TagAsync(new TagOptions { Add = ["x"] })).Changed);
        Assert.Empty((await TagAsync(new TagOptions { Set = ["x"] })).Changed);
        Assert.Empty((await TagAsync(new TagOptions { Remove = ["y"] })).Changed);

        Assert.Equal(old.Id, Assert.Single(await _repository.SnapshotsAsync()).Id);
    }

    [Fact]
    public async Task Only_those_that_are_chosen_change()
    {
        Snapshot web = await SaveAsync(Make("web"));
        await SaveAsync(Make("db"));

        await TagAsync(new TagOptions { Set = ["x"], Filter = new SnapshotFilter { Hosts = ["db"] } });
        await TagAsync(new TagOptions { Add = ["y"], Snapshots = [web.Id.ToString()[..16]] });

        Assert.Equal(
            ["db x", "web y"],
            (await _repository.SnapshotsAsync()).Select(snapshot => $"{snapshot.Hostname} {string.Join(',', snapshot.Tags)}").Order());
    }

    [Fact]
    public async Task The_rest_of_an_interrupted_backup_stays_marked()
    {
        await SaveAsync(Make("a") with { Tags = [Snapshot.IncompleteTag] });

        await TagAsync(new TagOptions { Set = ["x"] });
        Assert.Equal(["x", Snapshot.IncompleteTag], Assert.Single(await _repository.SnapshotsAsync()).Tags);

        await TagAsync(new TagOptions { Remove = [Snapshot.IncompleteTag] });
        Assert.Equal(["x"], Assert.Single(await _repository.SnapshotsAsync()).Tags);
    }

    [Fact]
    public async Task Fields_that_we_don_t_know_are_kept()
    {
        await using OpenedRepository opened = await _repository.OpenAnewAsync();
        string json = Encoding.UTF8.GetString(SnapshotDocument.Encode(Make("a")))[..^1] + ",\"of_the_future\":{\"a\":[1,2]}}";
        await opened.SaveUnpackedAsync(FileKind.Snapshot, Encoding.UTF8.GetBytes(json), CancellationToken.None);

        SnapshotChanges changes = await TagAsync(new TagOptions { Add = ["x"] });

        byte[] saved = await opened.LoadUnpackedAsync(FileKind.Snapshot, changes.Changed[0].New.Id.Hash, CancellationToken.None);
        Assert.EndsWith(",\"of_the_future\":{\"a\":[1,2]}}", Encoding.UTF8.GetString(saved), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_sense_changes_nothing()
    {
        Snapshot old = await SaveAsync(Make("a"));
        TagOptions[] senseless =
        [
            new(), new() { Set = ["x"], Add = ["y"] }, new() { Add = [""] },
            new() { Add = ["x"], Snapshots = [old.Id.ToString()], Filter = new SnapshotFilter { Hosts = ["a"] } },
        ];

        foreach (TagOptions options in senseless)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => TagAsync(options));
        }

        await Assert.ThrowsAsync<SnapshotNotFoundException>(() => TagAsync(new TagOptions { Add = ["x"], Snapshots = ["latest", "0000"] }));
        Assert.Equal(old.Id, Assert.Single(await _repository.SnapshotsAsync()).Id);
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task The_document_is_the_one_that_restic_would_write(string version)
    {
        using var folder = new TempFolder();
        string file = folder.WriteFile("file", "content");
        string location = folder.Combine("repository");
        var restic = new Restic(location, version);
        await FolderRepository.CreateAsync(location, Restic.Password);
        string ours = restic.Backup("--tag", "a,b", file);
        string theirs = restic.Backup("--tag", "a,b", file);
        JsonNode before = JsonNode.Parse(restic.Cat("snapshot", ours))!;

        restic.Run("tag", "--add", "c", "--remove", "b", theirs);
        await using (Repository repository = await Repository.OpenAsync(
            new RepositoryOptions { Location = location, Password = Encoding.UTF8.GetBytes(Restic.Password) }, CancellationToken.None))
        {
            await repository.TagAsync(new TagOptions { Snapshots = [ours], Add = ["c"], Remove = ["b"] }, CancellationToken.None);
        }

        JsonNode[] documents = [.. restic.Snapshots().Select(snapshot => JsonNode.Parse(restic.Cat("snapshot", snapshot.Id))!)];
        JsonNode own = documents.Single(document => (string?)document["original"] == ours);
        JsonNode other = documents.Single(document => (string?)document["original"] == theirs);
        Assert.Equal(other["tags"]!.ToJsonString(), own["tags"]!.ToJsonString());
        own["tags"] = before["tags"]!.DeepClone();
        own.AsObject().Remove("original");
        Assert.Equal(before.ToJsonString(), own.ToJsonString());
        restic.Check();
    }

    private static Snapshot Make(string host) => new()
    {
        Time = new Timestamp(1_750_000_000, 0, 0),
        Tree = BlobId.Of([1]),
        Hostname = host,
        Paths = ["/data"],
    };

    private Task<SnapshotChanges> TagAsync(TagOptions options) => _repository.Repository.TagAsync(options, CancellationToken.None);

    private async Task<Snapshot> SaveAsync(Snapshot snapshot)
    {
        await using OpenedRepository opened = await _repository.OpenAnewAsync();
        return (await SnapshotHistory.SaveAsync(opened, [snapshot]))[0];
    }
}
