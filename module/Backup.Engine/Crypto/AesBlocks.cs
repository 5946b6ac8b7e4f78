using System.Security.Cryptography;

namespace Backup.Engine.Crypto;

/// <summary>Encrypts single blocks with the platform's AES. Not thread-safe; reusable, without allocating.</summary>
internal sealed class AesBlocks : IDisposable
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockLength = 16;

    private readonly Aes _aes = Aes.Create();
    private readonly ICryptoTransform _encryptor;

    /// <summary>Takes a key of 16 or 32 bytes.</summary>
    public AesBlocks(ReadOnlySpan<byte> key)
    {
#pragma warning disable CA5358 // Counter mode and Poly1305-AES are built from single blocks.
        _aes.Mode = CipherMode.ECB;
#pragma warning restore CA5358
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);
        _encryptor = _aes.CreateEncryptor();
    }

    /// <summary>Encrypts the first <paramref name="length"/> bytes, whole blocks, each by itself.</summary>
    /// <remarks>Arrays, because only this form of the platform's call allocates nothing.</remarks>
    public void Encrypt(byte[] source, int length, byte[] destination) =>
        _encryptor.TransformBlock(source, 0, length, destination, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
    }
}
