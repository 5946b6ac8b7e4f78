using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Backup.Engine.Buffers;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Writes an object of a repository to a stream: documents indented, trees, blobs and packs as they are.</summary>
internal sealed class ObjectReader(OpenedRepository repository, CatOptions options, Stream destination)
{
    private const int BlockLength = 1024 * 1024;

    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the stream is no web page
    };

    /// <summary>Writes it.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(repository, WriteAsync, cancellationToken);

    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        switch (options.Kind)
        {
            case CatKind.Config:
                await WriteUnpackedAsync(FileKind.Config, default, cancellationToken).ConfigureAwait(false);
                break;
            case CatKind.MasterKey:
                await WriteMasterKeyAsync(cancellationToken).ConfigureAwait(false);
                break;
            case CatKind.Snapshot:
                Snapshot snapshot = await FindSnapshotAsync(cancellationToken).ConfigureAwait(false);
                await WriteUnpackedAsync(FileKind.Snapshot, snapshot.Id.Hash, cancellationToken).ConfigureAwait(false);
                break;
            case CatKind.Index or CatKind.Lock:
                FileKind kind = options.Kind == CatKind.Index ? FileKind.Index : FileKind.Lock;
                await WriteUnpackedAsync(
                    kind, await FindFileAsync(kind, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                break;
            case CatKind.Key:
                await WriteKeyAsync(cancellationToken).ConfigureAwait(false);
                break;
            case CatKind.Pack:
                await WritePackAsync(cancellationToken).ConfigureAwait(false);
                break;
            case CatKind.Blob:
                await WriteBlobAsync(cancellationToken).ConfigureAwait(false);
                break;
            case CatKind.Tree:
                SnapshotPlace place = await SnapshotPlace.FindAsync(
                    repository, options.Id, options.Filter, cancellationToken).ConfigureAwait(false);
                await WriteBlobAsync(BlobType.Tree, place.Tree, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new ArgumentException($"{options.Kind} is not a kind of object.");
        }

        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private Task<Snapshot> FindSnapshotAsync(CancellationToken cancellationToken) =>
        repository.FindSnapshotAsync(SnapshotPath.Parse(options.Id).Snapshot, options.Filter, cancellationToken);

    private async Task WriteUnpackedAsync(FileKind kind, Digest name, CancellationToken cancellationToken) =>
        await WriteJsonAsync(
            await repository.LoadUnpackedAsync(kind, name, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);

    private async Task WriteKeyAsync(CancellationToken cancellationToken)
    {
        var file = new FileHandle(FileKind.Key, await FindFileAsync(FileKind.Key, cancellationToken).ConfigureAwait(false));
        await WriteJsonAsync(
            await repository.Backend.LoadAsync(file, KeyFile.MaxLength, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task WriteMasterKeyAsync(CancellationToken cancellationToken)
    {
        byte[] json = new byte[MasterKeyDocument.Length];
        try
        {
            MasterKeyDocument.Encode(repository.MasterKey, json);
            await WriteJsonAsync(json, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    private async Task WriteJsonAsync(byte[] json, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            var writer = new Utf8JsonWriter(destination, Indented);
            await using (writer.ConfigureAwait(false))
            {
                document.WriteTo(writer);
                await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (JsonException exception)
        {
            throw new RepositoryDamagedException(
                $"What is stored as {options.Kind} {options.Id} is no JSON document. Run a check.", exception);
        }

        await destination.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    private async Task WritePackAsync(CancellationToken cancellationToken)
    {
        var file = new FileHandle(FileKind.Pack, await FindFileAsync(FileKind.Pack, cancellationToken).ConfigureAwait(false));
        long size = await repository.Backend.GetSizeAsync(file, cancellationToken).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using PooledBuffer block = PooledBuffer.Rent(BlockLength);
        for (long offset = 0; offset < size; offset += BlockLength)
        {
            Memory<byte> part = block.Memory[..(int)Math.Min(BlockLength, size - offset)];
            await repository.Backend.LoadRangeAsync(file, offset, part, cancellationToken).ConfigureAwait(false);
            hash.AppendData(part.Span);
            await destination.WriteAsync(part, cancellationToken).ConfigureAwait(false);
        }

        var actual = new Digest(hash.GetHashAndReset());
        if (actual != file.Name)
        {
            throw new RepositoryDamagedException(
                $"Pack {file.Name} was written as it is, but it is damaged: its SHA-256 is {actual}. Run a check to see what depends on it.");
        }
    }

    private async Task WriteBlobAsync(CancellationToken cancellationToken)
    {
        await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        var ids = new IdPatterns([options.Id]);
        var found = new HashSet<(BlobType Type, BlobId Id)>();
        foreach (IndexedPack pack in repository.Index.Packs())
        {
            foreach (PackedBlob blob in pack.Blobs)
            {
                if (ids.Match(blob.Id.Hash))
                {
                    found.Add((blob.Type, blob.Id));
                }
            }
        }

        if (found.Select(blob => blob.Id).Distinct().Count() > 1)
        {
            throw new ItemNotFoundException($"{found.Count} blobs begin with «{options.Id}». Write more of the id.");
        }

        // The same bytes can be data and a tree: what is written is the same.
        (BlobType type, BlobId id) = found.Count > 0
            ? found.First()
            : throw new ItemNotFoundException($"There is no blob «{options.Id}» in the index.");
        await WriteBlobAsync(type, id, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteBlobAsync(BlobType type, BlobId id, CancellationToken cancellationToken)
    {
        using PooledBuffer blob = await repository.LoadBlobAsync(type, id, cancellationToken).ConfigureAwait(false);
        await destination.WriteAsync(blob.Memory, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Digest> FindFileAsync(FileKind kind, CancellationToken cancellationToken)
    {
        string prefix = options.Id.ToLowerInvariant();
        var found = new List<Digest>();
        await foreach (BackendFile file in repository.Backend.ListAsync(kind, cancellationToken).ConfigureAwait(false))
        {
            if (prefix.Length > 0 && file.Handle.Name.ToString().StartsWith(prefix, StringComparison.Ordinal))
            {
                found.Add(file.Handle.Name);
            }
        }

        string name = kind.ToString().ToLowerInvariant();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ItemNotFoundException($"There is no {name} «{options.Id}»."),
            _ => throw new ItemNotFoundException($"{found.Count} files of kind {name} begin with «{options.Id}». Write more of the id."),
        };
    }
}
