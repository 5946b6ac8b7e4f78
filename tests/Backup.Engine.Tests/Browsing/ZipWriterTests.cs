using System.IO.Compression;
using System.Text;
using Backup.Engine.Browsing;
using Backup.Engine.Tests.Repositories;

namespace Backup.Engine.Tests.Browsing;

public sealed class ZipWriterTests : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly ZipWriter _writer;

    public ZipWriterTests() => _writer = new ZipWriter(new OneWay(_stream));

    public void Dispose() => _stream.Dispose();

    [Fact]
    public async Task Files_folders_and_links_are_read_as_they_were()
    {
        Node file = TreeForest.File("x", 1) with { Mode = 0x1A4, ModTime = new Timestamp(1_700_000_000, 5, 60) };

        await AddAsync("/d", new Node { Name = "d", Type = NodeType.Directory, Mode = (1u << 31) | 0x1ED });
        await AddAsync("/d/x", file, "content");
        await AddAsync("/d/l", new Node { Name = "l", Type = NodeType.Symlink, LinkTarget = "tärget", Mode = 0x1FF });
        using ZipArchive archive = await ReadAsync();

        Assert.Equal(["d/", "d/x", "d/l"], archive.Entries.Select(entry => entry.FullName));
        Assert.Equal([0x41ED, 0x81A4, 0xA1FF], archive.Entries.Select(entry => (int)((uint)entry.ExternalAttributes >> 16)));
        Assert.Equal("content", ContentOf(archive.Entries[1]));
        Assert.Equal("tärget", ContentOf(archive.Entries[2]));
        Assert.Equal(new DateTime(2023, 11, 14, 23, 13, 20), archive.Entries[1].LastWriteTime.DateTime);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(9_999_999_999)]
    public async Task Times_that_the_format_does_not_have_are_replaced(long seconds)
    {
        await AddAsync("/x", TreeForest.File("x") with { ModTime = new Timestamp(seconds, 0, 0) });

        using ZipArchive archive = await ReadAsync();

        Assert.Equal(seconds < 0 ? 1980 : 2107, archive.Entries[0].LastWriteTime.Year);
    }

    [Fact]
    public async Task What_has_no_place_is_told()
    {
        string raw = FileName.Decode([0xFF]);

        ArchiveItem fifo = await AddAsync("/f", new Node { Name = "f", Type = NodeType.Fifo });
        ArchiveItem name = await AddAsync("/" + raw, TreeForest.File(raw, 1), "content");
        using ZipArchive archive = await ReadAsync();

        Assert.Equal("/f", fifo.Lacks?.Path);
        Assert.Equal(SkipReason.MetadataIncomplete, name.Lacks?.Reason);
        Assert.Equal("content", ContentOf(Assert.Single(archive.Entries)));
    }

    [Fact]
    public async Task An_archive_that_was_given_up_does_not_look_whole()
    {
        await AddAsync("/x", TreeForest.File("x", 1), "content");

        Assert.Throws<InvalidDataException>(() => new ZipArchive(new MemoryStream(_stream.ToArray())));
    }

    private static string ContentOf(ZipArchiveEntry entry) => new StreamReader(entry.Open()).ReadToEnd();

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

    private async Task<ZipArchive> ReadAsync()
    {
        await _writer.CompleteAsync(default);
        return new ZipArchive(new MemoryStream(_stream.ToArray()));
    }

    /// <summary>A stream that can't seek, such as a pipe.</summary>
    private sealed class OneWay(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
