using System.Security.Cryptography;
using System.Text;
using Backup.Engine.Compression;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Hostile;

/// <summary>A repository written by somebody who has the password and means ill: every signature is right, nothing else has to be.</summary>
internal sealed class ForgedRepository : IAsyncDisposable
{
    private readonly OpenedRepository _opened;
    private readonly IndexBuilder _index = new();

    private ForgedRepository(MemoryBackend backend, OpenedRepository opened) => (Backend, _opened) = (backend, opened);

    public MemoryBackend Backend { get; }

    public static async Task<ForgedRepository> CreateAsync()
    {
        var backend = new MemoryBackend();
        return new ForgedRepository(
            backend, await OpenedRepository.CreateAsync(RepositoryImage.OptionsFor(backend), CancellationToken.None));
    }

    /// <summary>A node's JSON; what is not given is harmless.</summary>
    public static string Node(string name, string type = "file", string more = "") =>
        $$"""
        {"name":"{{name}}","type":"{{type}}","mode":420,"mtime":"2020-01-01T00:00:00Z","atime":"2020-01-01T00:00:00Z","ctime":"2020-01-01T00:00:00Z","uid":0,"gid":0,"inode":1,"links":1{{more}}}
        """;

    public static string Directory(string name, BlobId subtree) =>
        Node(name, "dir", $",\"subtree\":\"{subtree}\"").Replace("\"mode\":420", "\"mode\":2147484141", StringComparison.Ordinal);

    public static string Tree(params string[] nodes) => $"{{\"nodes\":[{string.Join(',', nodes)}]}}\n";

    /// <summary>Stores a tree and gives its id.</summary>
    public Task<BlobId> AddTreeAsync(params string[] nodes) => AddAsync(BlobType.Tree, Encoding.UTF8.GetBytes(Tree(nodes)));

    /// <summary>Stores a blob in a pack of its own.</summary>
    /// <param name="type">What it claims to be.</param>
    /// <param name="plaintext">What it is.</param>
    /// <param name="id">The id it claims to have; null: its own.</param>
    /// <param name="claim">Changes what index and pack header say of it.</param>
    /// <param name="compress">Whether it is stored compressed.</param>
    /// <param name="pieceLength">If compressed: into frames that hold so many bytes each.</param>
    public async Task<BlobId> AddAsync(
        BlobType type,
        byte[] plaintext,
        BlobId? id = null,
        Func<PackedBlob, PackedBlob>? claim = null,
        bool compress = false,
        int pieceLength = int.MaxValue)
    {
        byte[] payload = compress ? [.. plaintext.Chunk(pieceLength).SelectMany(Compress)] : plaintext;
        byte[] sealedBytes = Seal(payload);
        var blob = new PackedBlob(
            type, id ?? new BlobId(new Digest(SHA256.HashData(plaintext))), 0, (uint)sealedBytes.Length, compress ? (uint)plaintext.Length : 0);
        byte[] header = new byte[PackHeader.EncodedLength([blob])];
        PackHeader.Encode([blob], header);
        byte[] sealedHeader = Seal(header);
        byte[] pack = [.. sealedBytes, .. sealedHeader, .. BitConverter.GetBytes(sealedHeader.Length)];
        var packId = new PackId(new Digest(SHA256.HashData(pack)));
        await Backend.SaveAsync(new FileHandle(FileKind.Pack, packId.Hash), pack, CancellationToken.None);
        _index.Add(packId, [claim is null ? blob : claim(blob)]);
        return blob.Id;
    }

    /// <summary>Stores the index and a snapshot of this tree.</summary>
    public async Task FinishAsync(BlobId tree)
    {
        await SaveAsync(FileKind.Index, Encoding.UTF8.GetString(_index.Encode().Span));
        await SaveAsync(FileKind.Snapshot, $$"""{"time":"2020-01-01T00:00:00Z","tree":"{{tree}}","paths":["/"],"hostname":"host"}""");
    }

    /// <summary>Stores a document, signed.</summary>
    public Task SaveAsync(FileKind kind, string json) =>
        _opened.SaveUnpackedAsync(kind, Encoding.UTF8.GetBytes(json), CancellationToken.None);

    /// <summary>Opens it as anybody would.</summary>
    public Task<Repository> OpenAsync() => Repository.OpenAsync(RepositoryImage.OptionsFor(Backend), CancellationToken.None);

    public ValueTask DisposeAsync() => _opened.DisposeAsync();

    private static byte[] Compress(byte[] plaintext)
    {
        using var encoder = new ZstdEncoder(1);
        byte[] compressed = new byte[ZstdEncoder.MaxEncodedLength(plaintext.Length)];
        return compressed[..encoder.Encode(plaintext, compressed)];
    }

    private byte[] Seal(byte[] plaintext)
    {
        byte[] sealedBytes = new byte[plaintext.Length + PackedBlob.SealedOverhead];
        _opened.Cipher.Seal(plaintext, sealedBytes);
        return sealedBytes;
    }
}
