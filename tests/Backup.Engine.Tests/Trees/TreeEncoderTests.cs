using System.Text;
using Backup.Engine.Repositories;
using Backup.Engine.Trees;

namespace Backup.Engine.Tests.Trees;

public sealed class TreeEncoderTests
{
    [Fact]
    public void A_tree_of_restic_is_written_again_byte_for_byte()
    {
        List<Node> nodes = TreeDecoder.Decode(ResticTree.Bytes);

        string written = Encode(nodes);

        Assert.Equal(Encoding.UTF8.GetString(ResticTree.Bytes), written);
        Assert.Equal(ResticTree.Id, BlobId.Of(Encoding.UTF8.GetBytes(written)).ToString());
    }

    [Fact]
    public void An_empty_tree_is_what_restic_writes()
    {
        Assert.Equal("{\"nodes\":[]}\n", Encode([]));
    }

    [Fact]
    public void A_tree_that_is_taken_in_pieces_is_the_same()
    {
        List<Node> nodes = TreeDecoder.Decode(ResticTree.Bytes);
        var encoder = new TreeEncoder();
        var pieces = new List<byte>();

        foreach (Node node in nodes)
        {
            encoder.Add(node);
            pieces.AddRange(encoder.Take().Span);
            Assert.Equal(0, encoder.Length);
        }

        pieces.AddRange(encoder.Finish().Span);
        Assert.Equal(ResticTree.Bytes, pieces);
        encoder.Reset();
        Assert.Equal("{\"nodes\":[]}\n", Encoding.UTF8.GetString(encoder.Finish().Span));
    }

    [Fact]
    public void A_tree_that_could_not_be_read_again_is_refused()
    {
        var encoder = new TreeEncoder();
        var node = new Node { Name = "", Type = NodeType.Symlink, LinkTarget = new string('x', 64 * 1024 * 1024) };
        long length = 0;

        SourceException error = Assert.Throws<SourceException>(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                encoder.Add(node with { Name = $"{i:00}" });
                length += encoder.Take().Length;
            }
        });
        length += encoder.Finish().Length;

        Assert.Contains("too many entries", error.Message, StringComparison.Ordinal);
        Assert.InRange(length, 900_000_000, BlobDecoder.MaxPlaintextLength);
    }

    [Fact]
    public void What_is_zero_or_empty_is_left_out_except_for_times_owner_and_content()
    {
        var node = new Node { Name = "x", Type = NodeType.Directory };

        Assert.Equal(
            "{\"nodes\":[{\"name\":\"x\",\"type\":\"dir\",\"mtime\":\"1970-01-01T00:00:00Z\",\"atime\":\"1970-01-01T00:00:00Z\","
                + "\"ctime\":\"1970-01-01T00:00:00Z\",\"uid\":0,\"gid\":0,\"content\":null}]}\n",
            Encode([node]));
    }

    [Theory]
    [InlineData("plain-1.txt", "plain-1.txt")]
    [InlineData("a\"b\\c", @"a\\\""b\\\\c")]
    [InlineData("<&>'", @"\u003c\u0026\u003e'")]
    [InlineData("\a\b\f\n\r\t\v", @"\\a\\b\\f\\n\\r\\t\\v")]
    [InlineData("\u0001\u001f\u007f", @"\\x01\\x1f\\x7f")]
    [InlineData("\u0080\u00a0\u00ad\u200b\u2028\ufeff", @"\\u0080\\u00a0\\u00ad\\u200b\\u2028\\ufeff")]
    [InlineData("é ü\ufffd\U0001F600", "é ü\ufffd\U0001F600")]
    [InlineData("\U000E0001\U0010FFFF", @"\\U000e0001\\U0010ffff")]
    [InlineData("\u0cf3\u0897\U0001c8c0", "\u0cf3\\\\u0897\\\\U0001c8c0")] // Unicode 15.0, 16.0, none
    public void Names_are_escaped_as_Go_source_and_then_as_JSON(string name, string expected)
    {
        string written = Encode([new Node { Name = name, Type = NodeType.File }]);

        Assert.StartsWith("{\"nodes\":[{\"name\":\"" + expected + "\",", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\b\f\u0001\u007f", ",\"linktarget\":\"a\\b\\f\\u0001\u007f\",\"content\"")]
    [InlineData("x\u2028\u2029\u00a0\ufeff\ufffd\U0001F600", ",\"linktarget\":\"x\\u2028\\u2029\u00a0\ufeff\ufffd\U0001F600\",\"content\"")]
    public void Link_targets_are_escaped_as_JSON_and_kept_as_bytes_if_they_must(string target, string expected)
    {
        string written = Encode([new Node { Name = "l", Type = NodeType.Symlink, LinkTarget = target }]);

        Assert.Contains(expected, written, StringComparison.Ordinal);
    }

    // No inline data: attributes can't hold lone surrogates.
    [Fact]
    public void Bytes_that_are_not_UTF8_survive_in_names_and_link_targets()
    {
        var node = new Node { Name = "\udcff\udc80x", Type = NodeType.Symlink, LinkTarget = "bad\udcff\udce2\udc82x" };

        string written = Encode([node]);

        Assert.Contains("{\"name\":\"\\\\xff\\\\x80x\",", written, StringComparison.Ordinal);
        Assert.Contains(
            ",\"linktarget\":\"bad\\ufffd\\ufffd\\ufffdx\",\"linktarget_raw\":\"YmFk/+KCeA==\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_raw_byte_comes_after_all_text()
    {
        Node text = new() { Name = "\U0001F600", Type = NodeType.File };
        Node raw = new() { Name = "\udcff", Type = NodeType.File };

        Assert.Throws<ArgumentException>(() => Encode([raw, text]));
        Assert.Equal(2, TreeDecoder.Decode(Encoding.UTF8.GetBytes(Encode([text, raw]))).Count);
    }

    [Fact]
    public void Generic_attributes_are_sorted_and_compacted()
    {
        var node = new Node
        {
            Name = "w",
            Type = NodeType.File,
            GenericAttributes = new Dictionary<string, ReadOnlyMemory<byte>>
            {
                ["windows.file_attributes"] = "32"u8.ToArray(),
                ["windows.creation_time"] = "[ \"a <\\\" b\" ,\n { \"x\" : 1 } ]"u8.ToArray(),
            },
        };

        Assert.Contains(
            "\"generic_attributes\":{\"windows.creation_time\":[\"a \\u003c\\\" b\",{\"x\":1}],\"windows.file_attributes\":32}",
            Encode([node]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    [InlineData("\U0001F600", "\uff5e")] // by bytes, not by UTF-16
    public void Names_that_do_not_ascend_are_refused(string first, string second)
    {
        var encoder = new TreeEncoder();

        void AddBoth()
        {
            encoder.Add(new Node { Name = first, Type = NodeType.File });
            encoder.Add(new Node { Name = second, Type = NodeType.File });
        }

        Assert.Throws<ArgumentException>(AddBoth);
    }

    [Fact]
    public void A_node_that_is_refused_leaves_no_trace()
    {
        var encoder = new TreeEncoder();
        encoder.Add(new Node { Name = "a", Type = NodeType.File });
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Add(new Node { Name = "b", Type = (NodeType)99 }));
        encoder.Add(new Node { Name = "c", Type = NodeType.File });

        List<Node> nodes = TreeDecoder.Decode(encoder.Finish().Span);

        Assert.Equal(["a", "c"], nodes.Select(node => node.Name));
        Assert.Equal(2, encoder.Count);
    }

    [Fact]
    public void Nothing_is_added_to_a_finished_tree()
    {
        var encoder = new TreeEncoder();
        encoder.Finish();

        Assert.Throws<InvalidOperationException>(() => encoder.Add(new Node { Name = "a", Type = NodeType.File }));
    }

    [Fact]
    public void Encoding_allocates_nothing_once_the_buffers_have_grown()
    {
        List<Node> nodes = TreeDecoder.Decode(ResticTree.Bytes);
        nodes.RemoveAll(node => node.Name.Any(char.IsSurrogate)); // comparing and
        nodes.RemoveAll(node => !node.LinkTarget.All(char.IsAscii)); // keeping those takes arrays
        nodes.RemoveAll(node => node.Name == "linkodd");
        var encoder = new TreeEncoder();
        EncodeTo(encoder, nodes);

        long before = GC.GetAllocatedBytesForCurrentThread();
        EncodeTo(encoder, nodes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private static string Encode(IEnumerable<Node> nodes)
    {
        var encoder = new TreeEncoder();
        foreach (Node node in nodes)
        {
            encoder.Add(node);
        }

        return Encoding.UTF8.GetString(encoder.Finish().Span);
    }

    private static void EncodeTo(TreeEncoder encoder, List<Node> nodes)
    {
        encoder.Reset();
        foreach (Node node in nodes)
        {
            encoder.Add(node);
        }

        encoder.Finish();
    }
}
