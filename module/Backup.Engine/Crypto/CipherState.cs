using System.Security.Cryptography;

namespace Backup.Engine.Crypto;

/// <summary>What one thread needs while it seals or opens. Not thread-safe; reusable, without allocating.</summary>
internal sealed class CipherState : IDisposable
{
    // Encrypted and authenticated while it is in the first-level cache.
    private const int StretchLength = 8 * 1024;

    private readonly AesCounterMode _stream;
    private readonly AesBlocks _padBlocks;
    private readonly Poly1305 _mac;
    private readonly byte[] _nonce = new byte[BlobCipher.NonceLength];
    private readonly byte[] _pad = GC.AllocateArray<byte>(BlobCipher.NonceLength, pinned: true);

    public CipherState(MasterKey key)
    {
        _stream = new AesCounterMode(key.Encrypt);
        _padBlocks = new AesBlocks(key.MacK);
        _mac = new Poly1305(key.MacR);
    }

    /// <summary>Encrypts and authenticates behind the nonce that <paramref name="destination"/> starts with.</summary>
    public void Seal(ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        Span<byte> nonce = destination[..BlobCipher.NonceLength];
        Span<byte> encrypted = destination[BlobCipher.NonceLength..^BlobCipher.MacLength];
        _stream.Start(nonce);
        _mac.Start();
        while (!plaintext.IsEmpty)
        {
            int length = Math.Min(plaintext.Length, StretchLength);
            _stream.Transform(plaintext[..length], encrypted[..length]);
            _mac.Add(encrypted[..length]);
            plaintext = plaintext[length..];
            encrypted = encrypted[length..];
        }

        FinishMac(nonce, destination[^BlobCipher.MacLength..]);
    }

    /// <summary>Checks all of the bytes first, then decrypts them.</summary>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext)
    {
        ReadOnlySpan<byte> nonce = sealedBytes[..BlobCipher.NonceLength];
        ReadOnlySpan<byte> encrypted = sealedBytes[BlobCipher.NonceLength..^BlobCipher.MacLength];
        Span<byte> mac = stackalloc byte[BlobCipher.MacLength];
        _mac.Start();
        _mac.Add(encrypted);
        FinishMac(nonce, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, sealedBytes[^BlobCipher.MacLength..]))
        {
            return false;
        }

        _stream.Start(nonce);
        _stream.Transform(encrypted, plaintext);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _padBlocks.Dispose();
        _mac.Clear();
        CryptographicOperations.ZeroMemory(_pad);
    }

    private void FinishMac(ReadOnlySpan<byte> nonce, Span<byte> mac)
    {
        nonce.CopyTo(_nonce);
        _padBlocks.Encrypt(_nonce, BlobCipher.NonceLength, _pad);
        _mac.Finish(_pad, mac);
    }
}
