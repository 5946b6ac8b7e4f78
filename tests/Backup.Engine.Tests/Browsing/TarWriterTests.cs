using System.Formats.Tar;
using System.Text;
using Backup.Engine.Browsing;
using Backup.Engine.Tests.Repositories;
using TarWriter = Backup.Engine.Browsing.TarWriter;

namespace Backup.Engine.Tests.Browsing;

public sealed class TarWriterTests : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly TarWriter _writer;

    public TarWriterTests() => _writer = new TarWriter(_stream);

    public void Dispose() => _stream.Dispose();

    [Fact]
    public async Task Metadata_and_content_are_read_as_they_were()
    {
        Node node = TreeForest.File("x", 1) with
        {
            Mode = 0x1ED | (1 << 23) | (1 << 20), // 0755, setuid, sticky
            ModTime = new Timestamp(1_700_000_000, 123_456_700, 60),
            AccessTime = new Timestamp(1_700_000_001, 0, 60),
            Uid = 3_000_000,
            Gid = 7,
            User = "jürgen",
            Group = "a-group",
            ExtendedAttributes = [new ExtendedAttribute("user.comment", "héllo"u8.ToArray())],
        };

        await AddAsync("/home/x", node, "content");
        List<TarEntry> entries = await ReadAsync();

        var entry = Assert.IsType<PaxTarEntry>(Assert.Single(entries));
        Assert.Equal("home/x", entry.Name);
        Assert.Equal(TarEntryType.RegularFile, entry.EntryType);
        Assert.Equal(0x1ED | 0x800 | 0x200, (int)entry.Mode);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000).AddTicks(1_234_567), entry.ModificationTime);
        Assert.Equal((3_000_000, 7, "jürgen", "a-group"), (entry.Uid, entry.Gid, entry.UserName, entry.GroupName));
        Assert.Equal("héllo", entry.ExtendedAttributes["SCHILY.xattr.user.comment"]);
        Assert.Equal("1700000001", entry.ExtendedAttributes["atime"]);
        Assert.Equal("content", await ContentOf(entry));
    }

    [Fact]
    public async Task Every_kind_has_its_entry()
    {
        await AddAsync("/d", Make("d", NodeType.Directory));
        await AddAsync("/l", Make("l", NodeType.Symlink) with { LinkTarget = "some/where" });
        await AddAsync("/b", Make("b", NodeType.BlockDevice) with { Device = 0x812 });
        await AddAsync("/c", Make("c", NodeType.CharacterDevice) with { Device = 0x1234567890ABC });
        await AddAsync("/f", Make("f", NodeType.Fifo));
        ArchiveItem socket = await AddAsync("/s", Make("s", NodeType.Socket));
        List<TarEntry> entries = await ReadAsync();

        Assert.Equal(
            [TarEntryType.Directory, TarEntryType.SymbolicLink, TarEntryType.BlockDevice, TarEntryType.CharacterDevice, TarEntryType.Fifo],
            entries.Select(entry => entry.EntryType));
        Assert.Equal("d/", entries[0].Name);
        Assert.Equal("some/where", entries[1].LinkName);
        Assert.Equal((8, 0x12), (((PosixTarEntry)entries[2]).DeviceMajor, ((PosixTarEntry)entries[2]).DeviceMinor));
        Assert.Equal("/s", socket.Lacks?.Path);
    }

    [Fact]
    public async Task A_second_link_to_a_file_is_an_entry_without_content()
    {
        Node linked = TreeForest.File("x", 1) with { Links = 2, Inode = 5, DeviceId = 6 };

        ArchiveItem first = await AddAsync("/x", linked, "content");
        ArchiveItem second = await AddAsync("/y", linked, "content");
        List<TarEntry> entries = await ReadAsync();

        Assert.True(first.WantsContent);
        Assert.False(second.WantsContent);
        Assert.Equal((TarEntryType.HardLink, "x"), (entries[1].EntryType, entries[1].LinkName));
    }

    [Fact]
    public async Task Files_of_the_same_inode_with_different_contents_are_no_links()
    {
        Node linked = TreeForest.File("x", 1) with { Links = 2, Inode = 5, DeviceId = 6 };

        await AddAsync("/x", linked, "content");
        await AddAsync("/y", linked with { Content = [BlobId.Of([9])] }, "another");
        List<TarEntry> entries = await ReadAsync();

        Assert.Equal(["content", "another"], [await ContentOf(entries[0]), await ContentOf(entries[1])]);
    }

    [Fact]
    public async Task Names_are_as_long_as_they_like() => await PropertyCheck.HoldsAsync(20, async random =>
    {
        var stream = new MemoryStream();
        var writer = new TarWriter(stream);
        string name = string.Concat(random.GetItems(["a", "é", "漢", "𝄞"], random.Next(1, 200)));
        string target = new('t', random.Next(1, 300));

        await writer.BeginAsync("/" + name, Make(name, NodeType.Symlink) with { LinkTarget = target }, 0, default);
        await writer.CompleteAsync(default);
        stream.Position = 0;
        TarEntry? entry = await new TarReader(stream).GetNextEntryAsync();

        Assert.Equal((name, target), (entry?.Name, entry?.LinkName));
    });

    [Fact]
    public async Task What_a_record_can_not_hold_is_told()
    {
        Node node = TreeForest.File("x") with
        {
            ExtendedAttributes =
            [
                new ExtendedAttribute("user.a=b", new byte[1]),
                new ExtendedAttribute("system.posix_acl_access", new byte[1]),
                new ExtendedAttribute("user.fine", new byte[] { 0, 10, 61, 255 }),
            ],
        };

        ArchiveItem item = await AddAsync("/x", node, "");
        await _writer.CompleteAsync(default);

        Assert.Equal(SkipReason.MetadataIncomplete, item.Lacks?.Reason);
        Assert.Contains("2 extended attributes", item.Lacks?.Message, StringComparison.Ordinal);
        byte[] record = [.. "31 SCHILY.xattr.user.fine="u8, 0, (byte)'\n', (byte)'=', 0xFF, (byte)'\n'];
        Assert.True(_stream.ToArray().AsSpan().IndexOf(record) > 0);
    }

    [Fact]
    public async Task Content_of_another_length_than_announced_is_refused()
    {
        Node node = TreeForest.File("x", 1);

        await _writer.BeginAsync("/x", node, 2, default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _writer.WriteAsync(new byte[3], default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _writer.CompleteAsync(default));
    }

    [FactIfOnPath("tar")]
    public async Task Tar_itself_extracts_any_name()
    {
        using var folder = new TempFolder();
        string raw = FileName.Decode([(byte)'r', 0xFF, (byte)'w']);
        string longRaw = new string('l', 120) + raw;
        await AddAsync("/" + raw, TreeForest.File(raw, 1), "first");
        await AddAsync("/" + longRaw, TreeForest.File(longRaw, 1), "second");
        await AddAsync("/" + "ünï", TreeForest.File("ünï", 1) with { ModTime = new Timestamp(-5, 250_000_000, 0) }, "third");
        await _writer.CompleteAsync(default);
        string archive = folder.WriteFile("a.tar", _stream.ToArray());

        string[] lines = ExternalProgram.Named("tar")
            .Run("-tvf", archive, "--quoting-style=escape", "--full-time").TrimEnd().Split('\n');

        Assert.EndsWith(@"r\377w", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(new string('l', 120) + @"r\377w", lines[1], StringComparison.Ordinal);
        Assert.Contains("1969-12-31", lines[2], StringComparison.Ordinal);
    }

    private static Node Make(string name, NodeType type) => new() { Name = name, Type = type, Mode = 0x1A4 };

    private static async Task<string> ContentOf(TarEntry entry) =>
        entry.DataStream is null ? "" : await new StreamReader(entry.DataStream).ReadToEndAsync();

    private async Task<ArchiveItem> AddAsync(string path, Node node, string content = "")
    {
        byte[] bytes = Encoding.UTF8.GetBytes(content);
        ArchiveItem item = await _writer.BeginAsync(path, node, bytes.Length, default);
        if (item.WantsContent)
        {
            await _writer.WriteAsync(bytes, default);
        }

        return item;
    }

    private async Task<List<TarEntry>> ReadAsync()
    {
        await _writer.CompleteAsync(default);
        _stream.Position = 0;
        var entries = new List<TarEntry>();
        var reader = new TarReader(_stream);
        while (await reader.GetNextEntryAsync(copyData: true) is TarEntry entry)
        {
            entries.Add(entry);
        }

        return entries;
    }
}
