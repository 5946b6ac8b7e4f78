using System.Text;
using Backup.Engine.Snapshots;
using Backup.Engine.Tests.Trees;

namespace Backup.Engine.Tests.Snapshots;

public sealed class SnapshotDocumentTests
{
    // As restic 0.19.1 wrote it, but for the names.
    private const string Restic =
        """
        {"time":"2026-11-22T21:45:46.479074182+05:30","parent":"f1e5a79b41dcb6b1eff61adb49ae07f64a75a3fbb2b75f2b1d830a7da2f109ad",
        "tree":"4616eb7cecec9c1e24e7796c995a3951d27eb32b1621028a6f129e4e4ce74838","paths":["/srv/a","/srv/b"],"hostname":"h",
        "username":"root","uid":7,"gid":8,"excludes":["x\u003cy"],"tags":["a","b"],
        "original":"b3657affb40d6c98dddede92d9948609372d56c6a16e81b60945c37f8353959b","program_version":"restic 0.19.1",
        "summary":{"backup_start":"2026-11-22T21:45:46.479074182+05:30","backup_end":"2026-11-22T21:45:47.12544801+05:30",
        "files_new":8,"files_changed":1,"files_unmodified":2,"dirs_new":2,"dirs_changed":3,"dirs_unmodified":4,"data_blobs":8,
        "tree_blobs":3,"data_added":1271177,"data_added_packed":102101,"total_files_processed":8,"total_bytes_processed":3000016}}
        """;

    private static readonly SnapshotId Id = new(Digest.Of("x"u8));

    private static byte[] ResticBytes => Encoding.UTF8.GetBytes(Restic.ReplaceLineEndings(""));

    [Fact]
    public void A_snapshot_of_restic_is_understood()
    {
        Snapshot snapshot = SnapshotDocument.Decode(Id, ResticBytes);

        Assert.Equal(Id, snapshot.Id);
        Assert.Equal(new Timestamp(1_795_364_146, 479_074_182, 330), snapshot.Time);
        Assert.StartsWith("f1e5a79b", snapshot.Parent.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("4616eb7c", snapshot.Tree.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("b3657aff", snapshot.Original.ToString(), StringComparison.Ordinal);
        Assert.Equal(["/srv/a", "/srv/b"], snapshot.Paths);
        Assert.Equal(("h", "root", 7u, 8u), (snapshot.Hostname, snapshot.Username, snapshot.Uid, snapshot.Gid));
        Assert.Equal(["x<y"], snapshot.Excludes);
        Assert.Equal(["a", "b"], snapshot.Tags);
        Assert.Equal("restic 0.19.1", snapshot.ProgramVersion);
        Assert.Equal(
            new SnapshotSummary
            {
                BackupStart = snapshot.Time,
                BackupEnd = new Timestamp(1_795_364_147, 125_448_010, 330),
                FilesNew = 8,
                FilesChanged = 1,
                FilesUnmodified = 2,
                DirsNew = 2,
                DirsChanged = 3,
                DirsUnmodified = 4,
                DataBlobs = 8,
                TreeBlobs = 3,
                DataAdded = 1_271_177,
                DataAddedPacked = 102_101,
                TotalFilesProcessed = 8,
                TotalBytesProcessed = 3_000_016,
            },
            snapshot.Summary);
    }

    [Fact]
    public void A_snapshot_of_restic_is_written_again_byte_for_byte()
    {
        byte[] written = SnapshotDocument.Encode(SnapshotDocument.Decode(Id, ResticBytes));

        Assert.Equal(Encoding.UTF8.GetString(ResticBytes), Encoding.UTF8.GetString(written));
    }

    [Fact]
    public void What_is_empty_is_left_out()
    {
        var snapshot = new Snapshot { Time = default, Tree = default, Paths = [] };

        string written = Encoding.UTF8.GetString(SnapshotDocument.Encode(snapshot));

        Assert.Equal($$"""{"time":"1970-01-01T00:00:00Z","tree":"{{new string('0', 64)}}","paths":[]}""", written);
    }

    [Fact]
    public void Decoding_takes_back_encoding() => PropertyCheck.Holds(random =>
    {
        Snapshot snapshot = RandomSnapshot(random);

        Snapshot decoded = SnapshotDocument.Decode(snapshot.Id, SnapshotDocument.Encode(snapshot));

        Assert.Equal(snapshot with { Paths = [], Tags = [], Excludes = [] }, decoded with { Paths = [], Tags = [], Excludes = [] });
        Assert.Equal(snapshot.Paths, decoded.Paths);
        Assert.Equal(snapshot.Tags, decoded.Tags);
        Assert.Equal(snapshot.Excludes, decoded.Excludes);
    });

    [Fact]
    public void Fields_of_a_newer_program_survive_a_change_of_tags()
    {
        byte[] original = Encoding.UTF8.GetBytes(
            $$"""{"time":"1970-01-01T00:00:00Z","future":{ "a" : [1, "<"] },"tree":"{{new string('1', 64)}}","paths":["/"],"z\"":true}""");
        Snapshot snapshot = SnapshotDocument.Decode(Id, original) with { Tags = ["new"] };

        string written = Encoding.UTF8.GetString(SnapshotDocument.Encode(snapshot, original));

        Assert.Equal(
            $$"""{"time":"1970-01-01T00:00:00Z","tree":"{{new string('1', 64)}}","paths":["/"],"tags":["new"],"future":{"a":[1,"\u003c"]},"z\"":true}""",
            written);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"tree\":null}")]
    [InlineData("{\"tree\":\"12\"}")]
    [InlineData("{\"tree\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"paths\":7}")]
    [InlineData("{\"tree\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"paths\":[7]}")]
    [InlineData("{\"tree\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"time\":\"now\"}")]
    [InlineData("{\"tree\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"uid\":-1}")]
    [InlineData("{\"tree\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"summary\":[]}")]
    [InlineData("{\"tree\":\"0000000000000000000000000000000000000000000000000000000000000000\"}x")]
    public void What_is_no_snapshot_is_damage(string json)
    {
        RepositoryDamagedException damage = Assert.Throws<RepositoryDamagedException>(
            () => SnapshotDocument.Decode(Id, Encoding.UTF8.GetBytes(json)));

        Assert.Contains(Id.ToString(), damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Altered_bytes_yield_a_snapshot_or_damage_and_nothing_else() => PropertyCheck.Holds(random =>
    {
        byte[] json = random.Next(2) == 0 ? ResticBytes : SnapshotDocument.Encode(RandomSnapshot(random));
        json[random.Next(json.Length)] = (byte)random.Next(256);
        byte[] altered = json[..(random.Next(2) == 0 ? json.Length : random.Next(json.Length))];

        try
        {
            SnapshotDocument.Decode(Id, altered);
        }
        catch (RepositoryDamagedException)
        {
            // the only thing that may come out of it
        }
    });

    private static Snapshot RandomSnapshot(Random random) => new()
    {
        Id = Id,
        Time = RandomNode.Time(random),
        Parent = random.Next(2) == 0 ? new SnapshotId(RandomNode.Id(random).Hash) : null,
        Tree = RandomNode.Id(random),
        Paths = Texts(random),
        Hostname = random.Next(2) == 0 ? RandomNode.Text(random) : "",
        Username = random.Next(2) == 0 ? RandomNode.Text(random) : "",
        Uid = (uint)random.Next(3),
        Gid = (uint)random.Next(3),
        Excludes = Texts(random),
        Tags = Texts(random),
        Original = random.Next(2) == 0 ? new SnapshotId(RandomNode.Id(random).Hash) : null,
        ProgramVersion = random.Next(2) == 0 ? "backup 0.1.0" : "",
        Summary = random.Next(2) == 0
            ? new SnapshotSummary { BackupStart = RandomNode.Time(random), BackupEnd = RandomNode.Time(random), DataAdded = ulong.MaxValue }
            : null,
    };

    private static string[] Texts(Random random) =>
        Enumerable.Range(0, random.Next(3)).Select(_ => RandomNode.Text(random)).ToArray();
}
