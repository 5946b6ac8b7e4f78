using System.Globalization;
using System.Text;
using System.Text.Json;
using Backup.Engine.Chunking;
using Backup.Engine.Trees;

namespace Backup.Engine.Tests.Sources;

/// <summary>
/// The trees that a source's walk amounts to, without a repository: so their ids can be compared with those that restic
/// gave the same files.
/// </summary>
internal sealed class SourceTrees
{
    private readonly ChunkerPolynomial _polynomial;

    private SourceTrees(ChunkerPolynomial polynomial) => _polynomial = polynomial;

    /// <summary>The trees' plaintexts by path; that of the root is <c>/</c>.</summary>
    public Dictionary<string, byte[]> ByPath { get; } = [];

    /// <summary>What was not read.</summary>
    public List<SourceEntry> Skipped { get; } = [];

    /// <summary>The root's id.</summary>
    public string RootId => BlobId.Of(ByPath["/"]).ToString();

    /// <summary>Walks over a source and reads all its files.</summary>
    public static SourceTrees Of(IBackupSource source, ulong polynomial = 0)
    {
        var trees = new SourceTrees(new ChunkerPolynomial(polynomial));
        var open = new Stack<(SourceEntry Directory, List<Node> Nodes)>();
        open.Push((new SourceEntry { Kind = SourceEntryKind.DirectoryStart, Path = "/" }, []));
        foreach (SourceEntry entry in source.Walk(CancellationToken.None))
        {
            switch (entry.Kind)
            {
                case SourceEntryKind.DirectoryStart:
                    open.Push((entry, []));
                    break;
                case SourceEntryKind.DirectoryEnd:
                    (SourceEntry directory, List<Node> nodes) = open.Pop();
                    Assert.Equal(directory.Path, entry.Path);
                    open.Peek().Nodes.Add(Node(directory) with { Subtree = trees.Finish(directory.Path, nodes) });
                    break;
                case SourceEntryKind.Item:
                    if (trees.TryRead(source, entry) is { } node)
                    {
                        open.Peek().Nodes.Add(node);
                    }

                    break;
                case SourceEntryKind.Skipped:
                    trees.Skipped.Add(entry);
                    break;
                default:
                    break;
            }
        }

        trees.Finish("/", open.Pop().Nodes);
        Assert.Empty(open);
        return trees;
    }

    /// <summary>The polynomial of a repository.</summary>
    public static ulong PolynomialOf(Restic restic)
    {
        string text = JsonDocument.Parse(restic.Cat("config")).RootElement.GetProperty("chunker_polynomial").GetString() ?? "";
        return ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>Fails with the first tree that is not restic's, if the snapshot's is another one.</summary>
    public void AssertEqualTo(Restic restic, string snapshot)
    {
        string expected = restic.TreeId(snapshot);
        if (expected != RootId)
        {
            AssertEqual(restic, "/", expected);
            Assert.Fail("The trees are equal, but not their ids.");
        }
    }

    private void AssertEqual(Restic restic, string path, string id)
    {
        string theirs = restic.Cat("blob", id).Trim();
        string[] theirNodes = Split(theirs);
        string[] ourNodes = ByPath.TryGetValue(path, out byte[]? tree) ? Split(Encoding.UTF8.GetString(tree).Trim()) : [];
        foreach ((string their, string our) in theirNodes.Zip(ourNodes))
        {
            if (WithoutSubtree(their) != WithoutSubtree(our))
            {
                Assert.Fail($"In {path}\nrestic: {their}\nours:   {our}");
            }

            if (their != our)
            {
                JsonElement node = JsonDocument.Parse(their).RootElement;
                string name = node.GetProperty("name").GetString() ?? "";
                AssertEqual(restic, path == "/" ? $"/{name}" : $"{path}/{name}", node.GetProperty("subtree").GetString() ?? "");
            }
        }

        Assert.Equal(theirNodes, ourNodes);
    }

    private static string[] Split(string tree) =>
        [.. JsonDocument.Parse(tree).RootElement.GetProperty("nodes").EnumerateArray().Select(node => node.GetRawText())];

    private static string WithoutSubtree(string node)
    {
        int start = node.IndexOf(",\"subtree\":", StringComparison.Ordinal);
        return start < 0 ? node : node[..start];
    }

    private static Node Node(SourceEntry entry) => entry.Node ?? throw new InvalidOperationException($"{entry.Path} has no node.");

    private BlobId Finish(string path, List<Node> nodes)
    {
        var encoder = new TreeEncoder();
        nodes.ForEach(encoder.Add);
        ByPath[path] = encoder.Finish().ToArray();
        return BlobId.Of(ByPath[path]);
    }

    private Node? TryRead(IBackupSource source, SourceEntry entry)
    {
        try
        {
            return WithContent(source, entry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Skipped.Add(new SourceEntry { Kind = SourceEntryKind.Skipped, Path = entry.Path, Reason = exception.Message });
            return null;
        }
    }

    private Node WithContent(IBackupSource source, SourceEntry entry)
    {
        Node node = Node(entry);
        if (node.Type != NodeType.File)
        {
            return node;
        }

        using SourceContent content = source.Open(entry);
        Node opened = content.ReadNode() ?? node;
        var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 20];
        int read;
        while ((read = content.Read(buffer)) > 0)
        {
            bytes.Write(buffer, 0, read);
        }

        return opened with { Content = [.. Chunks(bytes.ToArray())], Size = (ulong)bytes.Length };
    }

    private List<BlobId> Chunks(ReadOnlySpan<byte> bytes)
    {
        var ids = new List<BlobId>();
        var chunker = new Chunker(_polynomial);
        while (!bytes.IsEmpty)
        {
            int cut = bytes.Length < Chunker.MinLength ? bytes.Length : chunker.FindCut(bytes);
            cut = cut < 0 ? bytes.Length : cut;
            ids.Add(BlobId.Of(bytes[..cut]));
            bytes = bytes[cut..];
        }

        return ids;
    }
}
