using System.Diagnostics;
using System.Text;
using Backup.Engine.Trees;

namespace Backup.Engine.Tests.Trees;

public sealed class TreeDecoderTests
{
    [Fact]
    public void A_tree_of_restic_is_understood()
    {
        List<Node> nodes = TreeDecoder.Decode(ResticTree.Bytes);

        Dictionary<string, Node> byName = nodes.ToDictionary(node => node.Name);
        Assert.Equal(15, nodes.Count);
        Assert.Equal(NodeType.BlockDevice, byName["blk"].Type);
        Assert.Equal(1_050_412ul, byName["blk"].Device);
        Assert.Null(byName["dir"].Content);
        Assert.NotNull(byName["dir"].Subtree);
        Assert.Equal([], byName["empty"].Content);
        Assert.Equal(new Timestamp(0, 0, 330), byName["empty"].ModTime);
        Assert.Equal(4_000_000_000u, byName["hard"].Gid);
        Assert.Equal("bad\udcff\udce2\udc82x", byName["linkbad"].LinkTarget);
        Assert.Equal([0x00, 0xFF, 0x3C], byName["plain.txt"].ExtendedAttributes[0].Value.ToArray());
        Assert.Contains("raw\udcff\udc80\udce2\udc82b", byName.Keys);
        Assert.Contains("quote\"back\\slash<&>\a\b\f\n\r\t\v\u0001\u007f", byName.Keys);
        Assert.Contains("é ü\u00a0\u200b\U0001F600 \u2028", byName.Keys);
    }

    [Fact]
    public void Decoding_takes_back_encoding() => PropertyCheck.Holds(random =>
    {
        List<Node> nodes = RandomNode.List(random, random.Next(10));
        byte[] json = Encode(nodes);
        var faults = new List<string>();

        List<Node> decoded = TreeDecoder.Decode(json, default, faults);

        Assert.Empty(faults);
        Assert.Equal(nodes.Count, decoded.Count);
        for (int i = 0; i < nodes.Count; i++)
        {
            NodeAssert.Equal(nodes[i], decoded[i]);
        }

        Assert.True(TreeDecoder.ReproducesExactly(json));
    });

    [Fact]
    public void Unknown_fields_are_skipped_but_not_reproducible()
    {
        byte[] json = Encoding.UTF8.GetBytes(
            """{"v":{"a":[1,{}]},"nodes":[{"name":"a","future":[{"x":null}],"type":"file"}],"w":"x"}""");

        Node node = Assert.Single(TreeDecoder.Decode(json));

        Assert.Equal("a", node.Name);
        Assert.False(TreeDecoder.ReproducesExactly(json));
    }

    // Go 1.19's way to write U+0008, another order, other spellings of times, zero and an empty attribute, a blank.
    [Theory]
    [InlineData("\"mtime\":\"1970-01-01T00:00:00Z\",\"uid\":0,\"gid\":0", "\"linktarget\":\"a\\u0008\",")]
    [InlineData("\"uid\":0,\"gid\":0,\"mtime\":\"1970-01-01T00:00:00Z\"", "")]
    [InlineData("\"mtime\":\"1970-01-01T00:00:00+00:00\",\"uid\":0,\"gid\":0", "")]
    [InlineData("\"mtime\":\"1970-01-01T00:00:00.0Z\",\"uid\":0,\"gid\":0", "")]
    [InlineData("\"mtime\":\"1970-01-01T00:00:00Z\",\"uid\":0,\"gid\":0", "\"size\":0,")]
    [InlineData("\"mtime\":\"1970-01-01T00:00:00Z\",\"uid\":0,\"gid\":0", "\"extended_attributes\":[{\"name\":\"a\",\"value\":null}],")]
    [InlineData("\"mtime\":\"1970-01-01T00:00:00Z\", \"uid\":0,\"gid\":0", "")]
    public void Trees_that_we_would_write_differently_are_not_reproducible(string metadata, string rest)
    {
        byte[] json = Encoding.UTF8.GetBytes(
            "{\"nodes\":[{\"name\":\"x\",\"type\":\"file\"," + metadata.Replace(
                "\"uid\"", "\"atime\":\"1970-01-01T00:00:00Z\",\"ctime\":\"1970-01-01T00:00:00Z\",\"uid\"", StringComparison.Ordinal)
            + "," + rest + "\"content\":[]}]}\n");

        Assert.Single(TreeDecoder.Decode(json));
        Assert.False(TreeDecoder.ReproducesExactly(json));
    }

    [Theory]
    [InlineData("{\"nodes\":[]}")]
    [InlineData("{\"nodes\":null}")]
    [InlineData(" { \"nodes\" : [ ] } \n")]
    public void A_tree_may_be_empty_and_have_white_space(string json)
    {
        Assert.Empty(TreeDecoder.Decode(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData("""{"name":"a\\x41\\101\\u00e9\\U0001f600\\\\\\\"\\a","type":"file"}""", "aAAé\U0001F600\\\"\a")]
    [InlineData("""{"name":"\u00e9\ud83d\ude00\ud800\/\b\u0026","type":"file"}""", "é\U0001F600\ufffd/\b&")]
    [InlineData("""{"name":"..","type":"file"}""", "..")]
    [InlineData("""{"name":"a\\x00/b","type":"file"}""", "a\0/b")]
    [InlineData("""{"name":"\\xc3\\xa9","type":"file"}""", "é")]
    public void Escapes_of_names_are_taken_back(string node, string expected)
    {
        List<Node> nodes = TreeDecoder.Decode(Encoding.UTF8.GetBytes("{\"nodes\":[" + node + "]}"));

        Assert.Equal(expected, Assert.Single(nodes).Name);
    }

    [Theory]
    [InlineData("a\\\\x4")]
    [InlineData("a\\\\xg0")]
    [InlineData("a\\\\400")]
    [InlineData("a\\\\q")]
    [InlineData("a\\\\")]
    [InlineData("a\\\\'")]
    [InlineData("a\\\"")]
    [InlineData("a\\n")]
    [InlineData("\\\\ud800")]
    [InlineData("\\\\U00110000")]
    [InlineData("\\\\u12")]
    [InlineData("\\\\u+123")]
    public void A_name_with_a_wrong_escape_is_damage(string name)
    {
        AssertDamaged("{\"nodes\":[{\"name\":\"" + name + "\",\"type\":\"file\"}]}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"nodes\":{}}")]
    [InlineData("{\"nodes\":[]")]
    [InlineData("{\"nodes\":[]}{")]
    [InlineData("{\"nodes\":[],\"nodes\":[]}")]
    [InlineData("{\"nodes\":[null]}")]
    [InlineData("{\"nodes\":[{}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\"}]}")]
    [InlineData("{\"nodes\":[{\"name\":1,\"type\":\"file\"}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":-1}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":1.5}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":1e3}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":18446744073709551616}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"uid\":4294967296}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"mtime\":\"yesterday\"}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"mtime\":\"\"}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"content\":[\"00\"]}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"content\":[null]}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"content\":[[]]}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"subtree\":7}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"extended_attributes\":[7]}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"extended_attributes\":[{\"value\":\"*\"}]}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"generic_attributes\":[]}]}")]
    public void What_is_no_tree_is_damage(string json)
    {
        AssertDamaged(json);
    }

    [Fact]
    public void Nested_values_deeper_than_any_program_writes_are_damage()
    {
        AssertDamaged("{\"x\":" + new string('[', 100_000));
    }

    [Fact]
    public void Wrong_order_duplicates_and_unknown_types_are_readable_but_reported()
    {
        byte[] json = Encoding.UTF8.GetBytes(
            """{"nodes":[{"name":"b","type":"file"},{"name":"a","type":"file"},{"name":"a","type":"dir"},{"name":"c","type":"door"}]}""");
        var faults = new List<string>();

        List<Node> nodes = TreeDecoder.Decode(json, default, faults);

        Assert.Equal(["b", "a", "a", "c"], nodes.Select(node => node.Name));
        Assert.Equal(NodeType.Irregular, nodes[3].Type);
        Assert.Equal(3, faults.Count);
        Assert.Contains("wrong order", faults[0], StringComparison.Ordinal);
        Assert.Contains("twice", faults[1], StringComparison.Ordinal);
        Assert.Contains("door", faults[2], StringComparison.Ordinal);
        Assert.False(TreeDecoder.ReproducesExactly(json));
    }

    [Fact]
    public void The_message_names_the_tree()
    {
        BlobId id = BlobId.Of("x"u8);

        RepositoryDamagedException damage = Assert.Throws<RepositoryDamagedException>(() => TreeDecoder.Decode("{"u8, id));

        Assert.Contains(id.ToString(), damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Altered_bytes_yield_nodes_or_damage_and_nothing_else() => PropertyCheck.Holds(random =>
    {
        byte[] json = random.Next(2) == 0 ? ResticTree.Bytes : Encode(RandomNode.List(random, 5));
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            json[random.Next(json.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : "{}[]\",:\\0u"u8[random.Next(10)];
        }

        byte[] altered = json[..(random.Next(3) == 0 ? random.Next(json.Length) : json.Length)];

        try
        {
            TreeDecoder.Decode(altered);
        }
        catch (RepositoryDamagedException)
        {
            // the only thing that may come out of it
        }

        TreeDecoder.ReproducesExactly(altered);
    });

    [Fact]
    public void Random_bytes_are_damage() => PropertyCheck.Holds(random =>
    {
        byte[] bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);

        Assert.Throws<RepositoryDamagedException>(() => TreeDecoder.Decode(bytes));
    });

    [Fact]
    public void Many_tiny_nodes_take_time_and_memory_in_proportion()
    {
        const int Count = 20_000;
        byte[] json = Encoding.UTF8.GetBytes(
            "{\"nodes\":[" + string.Join(',', Enumerable.Repeat("{\"name\":\"\",\"type\":\"\"}", Count)) + "]}");
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();

        int count = TreeDecoder.Decode(json).Count;

        Assert.Equal(Count, count);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 40L * json.Length);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }

    private static byte[] Encode(List<Node> nodes)
    {
        var encoder = new TreeEncoder();
        nodes.ForEach(encoder.Add);
        return encoder.Finish().ToArray();
    }

    private static void AssertDamaged(string json) =>
        Assert.Throws<RepositoryDamagedException>(() => TreeDecoder.Decode(Encoding.UTF8.GetBytes(json)));
}
