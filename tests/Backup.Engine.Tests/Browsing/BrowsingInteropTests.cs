using System.Text.Json;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Browsing;

/// <summary>What we say of a repository that restic wrote, compared with what restic says.</summary>
[Collection(ResticRepository.Collection)]
public sealed class BrowsingInteropTests(ResticRepository fixture)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [FactIfOnPath("restic")]
    public async Task Everything_in_a_snapshot_is_listed_as_restic_does()
    {
        List<SnapshotItem> items = await ListAsync(new ListOptions { Snapshot = fixture.Snapshots[0], Recursive = true });

        Assert.True(items.Count > 700);
        Assert.Equal(ResticList(fixture.Snapshots[0]), items.Select(ResticJson.Describe));
    }

    [FactIfOnPath("restic")]
    public async Task Folders_are_listed_as_restic_does()
    {
        string[] paths = [$"{fixture.Source}/names", $"{fixture.Source}/sizes/text"];

        List<SnapshotItem> items = await ListAsync(new ListOptions { Snapshot = fixture.Snapshots[1], Paths = paths });
        List<SnapshotItem> all = await ListAsync(
            new ListOptions { Snapshot = fixture.Snapshots[1], Paths = paths, Recursive = true });

        Assert.Equal(ResticList([fixture.Snapshots[1], .. paths]), items.Select(ResticJson.Describe));
        Assert.Equal(ResticList(["--recursive", fixture.Snapshots[1], .. paths]), all.Select(ResticJson.Describe));
        Assert.True(all.Count > items.Count);
    }

    [FactIfOnPath("restic")]
    public async Task A_folder_can_be_taken_for_the_root()
    {
        List<SnapshotItem> items = await ListAsync(
            new ListOptions { Snapshot = $"{fixture.Snapshots[0][..10]}:{fixture.Source}/deep/" });

        Assert.All(items, item => Assert.Equal("/" + item.Node.Name, item.Path));
        Assert.NotEmpty(items);
    }

    [FactIfOnPath("restic")]
    public async Task A_path_that_is_not_there_is_an_error()
    {
        ItemNotFoundException exception = await Assert.ThrowsAsync<ItemNotFoundException>(
            () => ListAsync(new ListOptions { Snapshot = "latest", Paths = ["/nowhere"] }));

        Assert.Contains("«/nowhere»", exception.Message, StringComparison.Ordinal);
    }

    [TheoryIfOnPath("restic")]
    [InlineData("*.txt")]
    [InlineData("1")]
    [InlineData("/tmp/**/names")]
    [InlineData("many/*/1*")]
    [InlineData("LINKS", "-i")]
    [InlineData("*ONE*", "--ignore-case")]
    [InlineData("[0-9]*", "--newest", "2021-01-01")]
    [InlineData("[0-9]*", "--oldest", "2021-01-01")]
    public async Task Items_are_found_by_name_as_restic_does(string pattern, params string[] arguments)
    {
        var options = new FindOptions
        {
            Patterns = [pattern],
            IgnoreCase = arguments is ["-i" or "--ignore-case"],
            Oldest = arguments is ["--oldest", _] ? new DateTimeOffset(new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Local)) : null,
            Newest = arguments is ["--newest", _] ? new DateTimeOffset(new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Local)) : null,
        };

        List<FindMatch> matches = await fixture.Repository.FindAsync(options, None).ToListAsync();

        string output = fixture.Restic.Run(["find", "--json", pattern, .. arguments]);
        IEnumerable<string> expected = JsonDocument.Parse(output).RootElement.EnumerateArray().SelectMany(
            snapshot => snapshot.GetProperty("matches").EnumerateArray().Select(
                match => $"{snapshot.GetProperty("snapshot").GetString()} {match.GetProperty("path").GetString()}"));
        Assert.Equal(expected.Order(), matches.Select(match => $"{match.Snapshot.Id} {ResticJson.Text(match.Path)}").Order());
        Assert.NotEmpty(matches);
    }

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public async Task What_needs_a_blob_a_tree_or_a_pack_is_found_as_restic_does()
    {
        SnapshotItem file = (await ListAsync(
            new ListOptions { Snapshot = fixture.Snapshots[0], Paths = [$"{fixture.Source}/sizes/text"] })).Single();
        SnapshotItem folder = (await ListAsync(
            new ListOptions { Snapshot = fixture.Snapshots[0], Paths = [$"{fixture.Source}/names"] })).First();

        await CompareIdsAsync(FindTarget.Blob, "--blob", file.Node.Content?[0].ToString()[..8] ?? "");
        await CompareIdsAsync(FindTarget.Tree, "--tree", folder.Node.Subtree?.ToString() ?? "");
        foreach (string pack in fixture.Restic.List("packs"))
        {
            await CompareIdsAsync(FindTarget.Pack, "--pack", pack);
        }
    }

    [TheoryIfOnPath("restic")]
    [InlineData(0, 1)]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    [InlineData(0, 3)]
    public async Task Differences_are_those_that_restic_finds(int from, int to)
    {
        foreach (string[] arguments in new string[][] { [], ["--metadata"] })
        {
            var changes = new List<string>();
            var options = new DiffOptions
            {
                From = fixture.Snapshots[from],
                To = fixture.Snapshots[to],
                Metadata = arguments.Length > 0,
                Changed = change => changes.Add($"{change.Modifier} {ResticJson.Text(change.Path)}"),
            };

            DiffSummary summary = await fixture.Repository.DiffAsync(options, None);

            List<JsonElement> lines = ResticJson.Lines(
                fixture.Restic.Run(["diff", "--json", .. arguments, fixture.Snapshots[from], fixture.Snapshots[to]])).ToList();
            Assert.Equal(
                lines[..^1].Select(line => $"{line.GetProperty("modifier").GetString()} {line.GetProperty("path").GetString()}").Order(),
                changes.Order());
            Assert.Equal(Counts(lines[^1].GetProperty("added")), summary.Added);
            Assert.Equal(Counts(lines[^1].GetProperty("removed")), summary.Removed);
            Assert.Equal(lines[^1].GetProperty("changed_files").GetInt64(), summary.ChangedFiles);
        }
    }

    [TheoryIfOnPath("restic")]
    [InlineData(StatsMode.RestoreSize, "restore-size")]
    [InlineData(StatsMode.FilesByContents, "files-by-contents")]
    [InlineData(StatsMode.RawData, "raw-data")]
    [InlineData(StatsMode.BlobsPerFile, "blobs-per-file")]
    public async Task Counts_are_those_of_restic(StatsMode mode, string name)
    {
        // Where the order of snapshots matters restic counts differently each time, so that is asked of one alone.
        string[][] selections = mode == StatsMode.BlobsPerFile ? [[fixture.Snapshots[0]]] : [[], [fixture.Snapshots[1]]];
        foreach (string[] snapshots in selections)
        {
            StatsResult result = await fixture.Repository.StatsAsync(
                new StatsOptions { Mode = mode, Snapshots = snapshots }, null, None);

            JsonElement expected = JsonDocument.Parse(
                fixture.Restic.Run(["stats", "--json", "--mode", name, .. snapshots])).RootElement;
            Assert.Equal(Number(expected, "total_size"), result.TotalSize);
            Assert.Equal(Number(expected, "total_file_count"), (ulong)result.TotalFileCount);
            Assert.Equal(Number(expected, "total_blob_count"), (ulong)result.TotalBlobCount);
            if (expected.TryGetProperty("total_uncompressed_size", out JsonElement uncompressed)) // since 0.15
            {
                Assert.Equal(uncompressed.GetUInt64(), result.TotalUncompressedSize);
            }

            Assert.Equal(snapshots.Length == 0 ? fixture.Snapshots.Count : 1, result.Snapshots);
            Assert.True(result.TotalSize > 0);
        }
    }

    [FactIfOnPath("restic")]
    public async Task A_file_is_dumped_as_it_was()
    {
        foreach (string name in new[] { "sizes/text", "sparse/islands", "sizes/65536 zeros", "sizes/0" })
        {
            using var output = new MemoryStream();

            DumpSummary summary = await fixture.Repository.DumpAsync(
                new DumpOptions { Snapshot = "latest", Filter = new SnapshotFilter { Hosts = ["host"] }, Path = $"{fixture.Source}/{name}" },
                output, null, None);

            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(fixture.Source, name)), output.ToArray());
            Assert.Equal((false, 1, output.Length), (summary.IsArchive, summary.Items, summary.Bytes));
        }
    }

    [FactIfOnPath("restic", "tar", AsRoot = true)]
    public async Task A_folder_becomes_an_archive_with_all_that_was_in_it()
    {
        using var folder = new TempFolder();
        string archive = folder.Combine("archive.tar");
        string target = folder.CreateFolder("target");

        DumpSummary summary;
        await using (FileStream output = File.Create(archive))
        {
            summary = await fixture.Repository.DumpAsync(
                new DumpOptions { Snapshot = fixture.Snapshots[2], Path = fixture.Source }, output, null, None);
        }

        ExternalProgram.Named("tar", target).Run(
            "--acls", "--xattrs", "--xattrs-include=*", "--same-owner", "-xpf", archive);
        Assert.Empty(TreeComparer.Differences(
            fixture.Source,
            target + fixture.Source,
            TreeAspects.Mode | TreeAspects.Owner | TreeAspects.ModTime | TreeAspects.Attributes | TreeAspects.HardLinks));
        Assert.All(summary.Skipped, skipped => Assert.Contains("sockets", skipped.Message, StringComparison.Ordinal));
        Assert.True(summary.Items > 700);
    }

    [FactIfOnPath("restic", "unzip")]
    public async Task A_folder_becomes_a_zip_archive()
    {
        using var folder = new TempFolder();
        string archive = folder.Combine("archive.zip");

        DumpSummary summary;
        await using (FileStream output = File.Create(archive))
        {
            summary = await fixture.Repository.DumpAsync(
                new DumpOptions { Snapshot = fixture.Snapshots[2], Path = $"{fixture.Source}/many", Format = DumpFormat.Zip },
                output, null, None);
        }

        string target = folder.CreateFolder("target");
        ExternalProgram.Named("unzip").Run("-q", archive, "-d", target);
        Assert.Empty(TreeComparer.Differences($"{fixture.Source}/many", $"{target}{fixture.Source}/many", TreeAspects.Mode));
        Assert.Empty(summary.Skipped);
    }

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public async Task Objects_are_shown_as_restic_does()
    {
        string snapshot = fixture.Snapshots[0];
        string tree = fixture.Restic.TreeId(snapshot);

        Assert.Equal(fixture.Restic.Cat("blob", tree), await CatAsync(CatKind.Blob, tree));
        Assert.Equal(fixture.Restic.Cat("blob", tree), await CatAsync(CatKind.Tree, snapshot[..8]));
        AssertSameJson(fixture.Restic.Cat("config"), await CatAsync(CatKind.Config, ""));
        AssertSameJson(fixture.Restic.Cat("snapshot", snapshot), await CatAsync(CatKind.Snapshot, snapshot[..8]));
        AssertSameJson(fixture.Restic.Cat("masterkey"), await CatAsync(CatKind.MasterKey, ""));
        string index = fixture.Restic.List("index")[0];
        AssertSameJson(fixture.Restic.Cat("index", index), await CatAsync(CatKind.Index, index[..12]));
        string key = fixture.Restic.List("keys")[0];
        AssertSameJson(fixture.Restic.Cat("key", key), await CatAsync(CatKind.Key, key));
    }

    [FactIfOnPath("restic")]
    public async Task A_pack_is_shown_as_it_is_stored()
    {
        string pack = fixture.Restic.List("packs")[0];
        using var output = new MemoryStream();

        await fixture.Repository.CatAsync(new CatOptions { Kind = CatKind.Pack, Id = pack }, output, None);

        Assert.Equal(pack, Digest.Of(output.ToArray()).ToString());
    }

    [FactIfOnPath("restic")]
    public async Task What_is_not_there_can_not_be_shown()
    {
        foreach (CatKind kind in new[] { CatKind.Index, CatKind.Key, CatKind.Lock, CatKind.Pack, CatKind.Blob })
        {
            await Assert.ThrowsAsync<ItemNotFoundException>(() => CatAsync(kind, new string('0', 64)));
        }
    }

    [FactIfOnPath("restic")]
    public async Task Snapshots_are_chosen_and_grouped()
    {
        SnapshotList all = await fixture.Repository.ListSnapshotsAsync(new SnapshotListOptions(), None);
        SnapshotList tagged = await fixture.Repository.ListSnapshotsAsync(
            new SnapshotListOptions { Filter = new SnapshotFilter { TagLists = [["a", "b"], []], Hosts = ["host"] } }, None);
        SnapshotList latest = await fixture.Repository.ListSnapshotsAsync(
            new SnapshotListOptions { GroupBy = SnapshotGrouping.Host, Latest = 1 }, None);
        SnapshotList named = await fixture.Repository.ListSnapshotsAsync(
            new SnapshotListOptions { Snapshots = ["latest", fixture.Snapshots[3][..8], fixture.Snapshots[1]] }, None);

        Assert.Equal(fixture.Snapshots, Ids(all));
        Assert.Equal([fixture.Snapshots[0], fixture.Snapshots[2]], Ids(tagged));
        Assert.Equal(["host", "other"], latest.Groups.Select(group => group.Hostname));
        Assert.Equal([fixture.Snapshots[2], fixture.Snapshots[3]], Ids(latest));
        Assert.Equal([fixture.Snapshots[1], fixture.Snapshots[3]], Ids(named));
    }

    private static IEnumerable<string> Ids(SnapshotList list) =>
        list.Groups.SelectMany(group => group.Snapshots).Select(snapshot => snapshot.Id.ToString());

    private static ulong Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) ? value.GetUInt64() : 0;

    private static DiffCounts Counts(JsonElement json) => new(
        json.GetProperty("files").GetInt64(),
        json.GetProperty("dirs").GetInt64(),
        json.GetProperty("others").GetInt64(),
        json.GetProperty("data_blobs").GetInt64(),
        json.GetProperty("tree_blobs").GetInt64(),
        json.GetProperty("bytes").GetUInt64());

    private static void AssertSameJson(string expected, string actual) => Assert.True(
        JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement),
        $"expected {expected}, got {actual}");

    private async Task<List<SnapshotItem>> ListAsync(ListOptions options) =>
        await fixture.Repository.ListAsync(options, None).ToListAsync();

    private IEnumerable<string> ResticList(params string[] arguments) =>
        ResticJson.Lines(fixture.Restic.Run(["ls", "--json", .. arguments]))
            .Where(line => line.GetProperty("struct_type").GetString() == "node")
            .Select(ResticJson.Describe);

    private async Task<string> CatAsync(CatKind kind, string id)
    {
        using var output = new MemoryStream();
        await fixture.Repository.CatAsync(new CatOptions { Kind = kind, Id = id }, output, None);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    private async Task CompareIdsAsync(FindTarget target, string option, string id)
    {
        List<FindMatch> matches = await fixture.Repository.FindAsync(
            new FindOptions { Patterns = [id], Target = target }, None).ToListAsync();

        // restic tells a blob once for each time that a file has it, some names look alike in JSON, and before 0.17 none of a pack's trees.
        IEnumerable<string> expected = JsonDocument.Parse(fixture.Restic.Run("find", "--json", option, id)).RootElement
            .EnumerateArray()
            .Select(match => string.Join(' ', match.GetProperty("snapshot"), match.GetProperty("object_type"), match.GetProperty("id"), match.GetProperty("path")))
            .Where(match => target != FindTarget.Pack || match.Contains(" blob ", StringComparison.Ordinal))
            .Distinct();
        Assert.Equal(
            expected.Order(),
            matches.Where(match => target != FindTarget.Pack || match.BlobType == BlobType.Data).Select(match => string.Join(
                ' ', match.Snapshot.Id, match.BlobType == BlobType.Tree ? "tree" : "blob", match.Blob, ResticJson.Text(match.Path))).Distinct().Order());
        Assert.NotEmpty(matches);
    }
}
