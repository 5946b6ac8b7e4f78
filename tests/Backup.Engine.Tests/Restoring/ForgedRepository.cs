using System.Text;
using System.Text.Json;
using Backup.Engine.Concurrency;
using Backup.Engine.Repositories;
using Backup.Engine.Restoring;
using Backup.Engine.Restoring.Targets;
using Backup.Engine.Snapshots;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Trees;

namespace Backup.Engine.Tests.Restoring;

/// <summary>A repository in memory whose blobs, trees and snapshots are put together by hand, sensible or not.</summary>
internal sealed class ForgedRepository
{
    private static readonly byte[] Password = "test"u8.ToArray();

    private readonly TreeEncoder _encoder = new();
    private readonly List<(BlobType Type, byte[] Content)> _blobs = [];

    /// <summary>Where its files are.</summary>
    public MemoryBackend Backend { get; } = new();

    /// <summary>A data blob.</summary>
    public BlobId AddData(byte[] content)
    {
        _blobs.Add((BlobType.Data, content));
        return BlobId.Of(content);
    }

    /// <summary>A tree with these nodes in this order, whatever their names are.</summary>
    public BlobId AddTree(params Node[] nodes)
    {
        string tree = $"{{\"nodes\":[{string.Join(',', nodes.Select(Encode))}]}}\n";
        byte[] json = Encoding.UTF8.GetBytes(tree);
        _blobs.Add((BlobType.Tree, json));
        return BlobId.Of(json);
    }

    /// <summary>A file with this content, cut into blobs of a given length.</summary>
    public Node File(string name, byte[] content, int blobLength = int.MaxValue) => new()
    {
        Name = name,
        Type = NodeType.File,
        Mode = 0x1A4, // 0644
        ModTime = new Timestamp(1_600_000_000, 5, 0),
        AccessTime = new Timestamp(1_600_000_000, 5, 0),
        Uid = User,
        Gid = Group,
        Size = (ulong)content.Length,
        Links = 1,
        Content = [.. content.Chunk(blobLength).Select(AddData)],
    };

    /// <summary>A file with a text.</summary>
    public Node File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    /// <summary>A directory with a new tree.</summary>
    public Node Folder(string name, params Node[] nodes) => Folder(name, AddTree(nodes));

    /// <summary>A directory with a known tree.</summary>
    public static Node Folder(string name, BlobId tree) => new()
    {
        Name = name,
        Type = NodeType.Directory,
        Mode = 0x8000_01ED, // 0755
        ModTime = new Timestamp(1_600_000_000, 6, 0),
        AccessTime = new Timestamp(1_600_000_000, 6, 0),
        Uid = User,
        Gid = Group,
        Subtree = tree,
    };

    /// <summary>A symbolic link.</summary>
    public static Node Link(string name, string target) => new()
    {
        Name = name,
        Type = NodeType.Symlink,
        Mode = 0x0800_01FF, // 0777
        ModTime = new Timestamp(1_600_000_000, 7, 0),
        AccessTime = new Timestamp(1_600_000_000, 7, 0),
        Uid = User,
        Gid = Group,
        LinkTarget = target,
        Links = 1,
    };

    private static uint User { get; } = OwnId("-u");

    private static uint Group { get; } = OwnId("-g");

    /// <summary>Saves all blobs, and a snapshot of a tree with these nodes.</summary>
    public async Task<Snapshot> SaveAsync(params Node[] nodes)
    {
        BlobId root = AddTree(nodes);
        await using OpenedRepository repository = await OpenOrCreateAsync();
        await repository.LoadIndexAsync(CancellationToken.None);
        using var stages = new StageGroup(CancellationToken.None);
        using var writer = new BlobWriter(repository, stages, discards: false);
        foreach ((BlobType type, byte[] content) in _blobs)
        {
            await writer.SaveAsync(type, content, CancellationToken.None);
        }

        await writer.CompleteAsync(CancellationToken.None);
        await stages.WhenAllAsync();
        _blobs.Clear();
        var snapshot = new Snapshot { Time = new Timestamp(1_700_000_000, 0, 0), Tree = root, Paths = ["/"], Hostname = "host" };
        Digest id = await repository.SaveUnpackedAsync(
            FileKind.Snapshot, SnapshotDocument.Encode(snapshot), CancellationToken.None);
        return snapshot with { Id = new SnapshotId(id) };
    }

    /// <summary>Saves a snapshot and restores it.</summary>
    public async Task<RestoreSummary> RestoreAsync(string target, params Node[] nodes)
    {
        Snapshot snapshot = await SaveAsync(nodes);
        return await RestoreAsync(new RestoreOptions { Snapshot = snapshot.Id.ToString(), Target = target });
    }

    /// <summary>Opens it through the façade.</summary>
    public Task<Repository> OpenAsync(IBackend? backend = null, CancellationToken cancellationToken = default) =>
        Repository.OpenAsync(Options(backend ?? Backend), cancellationToken);

    /// <summary>Restores through the façade.</summary>
    public async Task<RestoreSummary> RestoreAsync(
        RestoreOptions options,
        IBackend? backend = null,
        IProgress<RestoreProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        await using Repository repository = await OpenAsync(backend, cancellationToken);
        return await repository.RestoreAsync(options, progress, cancellationToken);
    }

    /// <summary>Restores by the means for systems other than Linux.</summary>
    public async Task<RestoreSummary> RestorePortablyAsync(RestoreOptions options)
    {
        await using OpenedRepository repository = await OpenedRepository.OpenAsync(Options(Backend), CancellationToken.None);
        return await new SnapshotRestorer(repository, options, null, PortableDirectory.OpenRoot).RunAsync(CancellationToken.None);
    }

    private static RepositoryOptions Options(IBackend backend) => new()
    {
        Location = "mem:",
        Password = Password,
        Backend = new UndisposedBackend(backend),
        NoLock = true,
        KeyCost = new ScryptCost(2, 1, 1),
    };

    private static uint OwnId(string option) =>
        OperatingSystem.IsWindows()
            ? 0
            : uint.Parse(ExternalProgram.Named("id").Run(option), System.Globalization.CultureInfo.InvariantCulture);

    private async Task<OpenedRepository> OpenOrCreateAsync()
    {
        try
        {
            return await OpenedRepository.OpenAsync(Options(Backend), CancellationToken.None);
        }
        catch (RepositoryNotFoundException)
        {
            return await OpenedRepository.CreateAsync(Options(Backend), CancellationToken.None);
        }
    }

    // The encoder refuses what a forger writes: it gets another name, which is exchanged afterwards.
    private string Encode(Node node)
    {
        const string Name = "the name";
        _encoder.Reset();
        _encoder.Add(node with { Name = Name });
        string tree = Encoding.UTF8.GetString(_encoder.Finish().Span);
        string name = JsonSerializer.Serialize(node.Name).Replace("\\u0027", "'", StringComparison.Ordinal);
        return tree["{\"nodes\":[".Length..tree.LastIndexOf(']')]
            .Replace($"\"name\":\"{Name}\"", $"\"name\":{name}", StringComparison.Ordinal);
    }
}
