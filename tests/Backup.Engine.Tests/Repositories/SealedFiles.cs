using Backup.Engine.Crypto;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

/// <summary>Sealed documents in a backend, as an opened repository of version 1 has them.</summary>
internal sealed class SealedFiles(IBackend backend, MasterKey masterKey) : IUnpackedFiles, IDisposable
{
    private readonly BlobCipher _cipher = new(masterKey);

    public IBackend Backend => backend;

    /// <summary>Hears of every document that was saved.</summary>
    public Action<FileKind>? Saved { get; set; }

    public async Task<byte[]> LoadUnpackedAsync(FileKind kind, Digest name, CancellationToken cancellationToken)
    {
        byte[] stored = await backend.LoadAsync(new FileHandle(kind, name), 1 << 20, cancellationToken);
        byte[] json = new byte[Math.Max(0, stored.Length - BlobCipher.Overhead)];
        return _cipher.TryOpen(stored, json) ? json : throw new RepositoryDamagedException($"The {kind} {name} can't be decrypted.");
    }

    public async Task<Digest> SaveUnpackedAsync(FileKind kind, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        byte[] stored = new byte[json.Length + BlobCipher.Overhead];
        _cipher.Seal(json.Span, stored);
        Digest name = kind == FileKind.Config ? default : Digest.Of(stored);
        await backend.SaveAsync(new FileHandle(kind, name), stored, cancellationToken);
        Saved?.Invoke(kind);
        return name;
    }

    public void Dispose() => _cipher.Dispose();
}
