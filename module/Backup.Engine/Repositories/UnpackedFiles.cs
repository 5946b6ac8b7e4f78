using Backup.Engine.Buffers;
using Backup.Engine.Compression;
using Backup.Engine.Crypto;

namespace Backup.Engine.Repositories;

/// <summary>
/// Loads and saves the files that hold one sealed JSON document each: snapshots, indexes, locks and the config.
/// </summary>
/// <remarks>Format: restic's design document, «Unpacked Data Format».</remarks>
internal sealed class UnpackedFiles(IBackend backend, BlobCipher cipher) : IUnpackedFiles
{
    /// <summary>No document may be longer: the largest ones are indexes, of which restic makes 8 MiB.</summary>
    private const int MaxLength = 512 * 1024 * 1024;

    private const byte CompressedVersion = 2;

    /// <inheritdoc/>
    public IBackend Backend => backend;

    /// <summary>Whether what is saved is compressed: in repositories of version 2.</summary>
    public bool Compresses { get; set; }

    /// <inheritdoc/>
    public async Task<byte[]> LoadUnpackedAsync(FileKind kind, Digest name, CancellationToken cancellationToken)
    {
        using PooledBuffer json = await LoadAsync(kind, name, cancellationToken).ConfigureAwait(false);
        return json.Span.ToArray();
    }

    /// <summary>Loads a document that may be long; see <see cref="LoadUnpackedAsync"/>.</summary>
    /// <returns>The document; the caller disposes it.</returns>
    public async Task<PooledBuffer> LoadAsync(FileKind kind, Digest name, CancellationToken cancellationToken)
    {
        var file = new FileHandle(kind, name);
        byte[] stored = await backend.LoadAsync(file, MaxLength, cancellationToken).ConfigureAwait(false);
        if (kind != FileKind.Config && Digest.Of(stored) != name)
        {
            // A transfer can go wrong; a file on disk that is wrong stays wrong.
            stored = await backend.LoadAsync(file, MaxLength, cancellationToken).ConfigureAwait(false);
            if (Digest.Of(stored) != name)
            {
                throw new RepositoryDamagedException(
                    $"The content of {file} does not match its name: it was altered or cut short. Run a check.");
            }
        }

        try
        {
            return Decode(file, stored);
        }
        catch (RepositoryDamagedException) when (kind == FileKind.Config)
        {
            // It has no name that tells whether it came over as it is.
            return Decode(file, await backend.LoadAsync(file, MaxLength, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    public async Task<Digest> SaveUnpackedAsync(
        FileKind kind, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using PooledBuffer stored = Encode(kind, json.Span);
        Digest name = kind == FileKind.Config ? default : Digest.Of(stored.Span);
        var file = new FileHandle(kind, name);
        using (PooledBuffer readBack = Decode(file, stored.Span))
        {
            if (!readBack.Span.SequenceEqual(json.Span))
            {
                throw new RepositoryDamagedException(
                    $"What was to be saved as {file} did not read back as it was written. The memory or processor of this machine is not reliable; nothing was saved.");
            }
        }

        await backend.SaveAsync(file, stored.Memory, cancellationToken).ConfigureAwait(false);
        return name;
    }

    /// <summary>Replaces the config, and reads it back.</summary>
    public async Task ReplaceConfigAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using PooledBuffer stored = Encode(FileKind.Config, json.Span);
        await backend.ReplaceAsync(FileHandle.Config, stored.Memory, cancellationToken).ConfigureAwait(false);
        byte[] saved = await LoadUnpackedAsync(FileKind.Config, default, cancellationToken).ConfigureAwait(false);
        if (!saved.AsSpan().SequenceEqual(json.Span))
        {
            throw new RepositoryDamagedException("The new config does not read back as it was written. Look after the disk or service.");
        }
    }

    private PooledBuffer Encode(FileKind kind, ReadOnlySpan<byte> json)
    {
        if (!Compresses || kind == FileKind.Config || !ZstdEncoder.IsAvailable)
        {
            return Seal(json);
        }

        using var encoder = new ZstdEncoder(CompressionLevel.Auto);
        using PooledBuffer room = PooledBuffer.Rent(1 + ZstdEncoder.MaxEncodedLength(json.Length));
        room.Span[0] = CompressedVersion;
        return Seal(room.Span[..(1 + encoder.Encode(json, room.Span[1..]))]);
    }

    private PooledBuffer Seal(ReadOnlySpan<byte> plaintext)
    {
        PooledBuffer stored = PooledBuffer.Rent(plaintext.Length + BlobCipher.Overhead);
        cipher.Seal(plaintext, stored.Span);
        return stored;
    }

    /// <summary>Opens and decompresses what a file holds.</summary>
    /// <returns>The document; the caller disposes it.</returns>
    /// <exception cref="RepositoryDamagedException">It can't be.</exception>
    public PooledBuffer Decode(FileHandle file, ReadOnlySpan<byte> stored)
    {
        PooledBuffer plaintext = PooledBuffer.Rent(Math.Max(0, stored.Length - BlobCipher.Overhead));
        if (stored.Length < BlobCipher.Overhead || !cipher.TryOpen(stored, plaintext.Span))
        {
            throw new RepositoryDamagedException(
                $"The {file} can't be decrypted: it was altered, cut short, or written with another key. Run a check.");
        }

        if (plaintext.Length == 0 || plaintext.Span[0] is (byte)'{' or (byte)'[')
        {
            return plaintext;
        }

        using (plaintext)
        {
            return Decompress(file, plaintext.Span);
        }
    }

    private static PooledBuffer Decompress(FileHandle file, ReadOnlySpan<byte> plaintext)
    {
        if (plaintext[0] != CompressedVersion)
        {
            throw new RepositoryDamagedException(
                $"The {file} has the unknown encoding {plaintext[0]}. A newer program may have written it.");
        }

        try
        {
            using var decoder = new ZstdDecoder();
            return decoder.Decode(plaintext[1..], MaxLength);
        }
        catch (InvalidDataException exception)
        {
            throw new RepositoryDamagedException(
                $"The {file} can't be decompressed: {exception.Message} Run a check.", exception);
        }
    }
}
