using System.Security.Cryptography;

namespace Backup.Engine.Crypto;

/// <summary>The keys that encrypt and authenticate all that a repository holds. Zeroed when disposed.</summary>
internal sealed class MasterKey : IDisposable
{
    /// <summary>Bytes of the AES-256 key.</summary>
    public const int EncryptLength = 32;

    /// <summary>Bytes of each half of the Poly1305-AES key.</summary>
    public const int MacLength = 16;

    /// <summary>Bytes of all keys together.</summary>
    public const int Length = EncryptLength + (2 * MacLength);

    // Pinned, so that the garbage collector leaves no copies behind.
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
    private bool _disposed;

    /// <summary>Takes copies of the three parts.</summary>
    /// <exception cref="ArgumentException">A part has the wrong length.</exception>
    public MasterKey(ReadOnlySpan<byte> encrypt, ReadOnlySpan<byte> macK, ReadOnlySpan<byte> macR)
    {
        RequireLength(encrypt, EncryptLength, nameof(encrypt));
        RequireLength(macK, MacLength, nameof(macK));
        RequireLength(macR, MacLength, nameof(macR));
        encrypt.CopyTo(_bytes);
        macK.CopyTo(_bytes.AsSpan(EncryptLength));
        macR.CopyTo(_bytes.AsSpan(EncryptLength + MacLength));
    }

    private MasterKey()
    {
    }

    /// <summary>The AES-256 key of the counter mode.</summary>
    public ReadOnlySpan<byte> Encrypt => Bytes[..EncryptLength];

    /// <summary>The AES-128 key that makes a one-time pad of the nonce.</summary>
    public ReadOnlySpan<byte> MacK => Bytes.Slice(EncryptLength, MacLength);

    /// <summary>The Poly1305 multiplier as it is stored; Poly1305 itself clears the bits that must be clear.</summary>
    public ReadOnlySpan<byte> MacR => Bytes.Slice(EncryptLength + MacLength, MacLength);

    private ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>Draws new keys.</summary>
    public static MasterKey Draw()
    {
        var key = new MasterKey();
        RandomNumberGenerator.Fill(key._bytes);
        return key;
    }

    /// <summary>The same keys, for another owner.</summary>
    public MasterKey Clone() => new(Encrypt, MacK, MacR);

    /// <summary>Whether both are the same keys, in a time that doesn't tell where they differ.</summary>
    public bool HasSameKeys(MasterKey other) => CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);

    /// <summary>Takes the keys from 64 bytes that a password was stretched to: encrypt, k, r.</summary>
    public static MasterKey FromDerived(ReadOnlySpan<byte> sixtyFourBytes)
    {
        RequireLength(sixtyFourBytes, Length, nameof(sixtyFourBytes));
        return new MasterKey(
            sixtyFourBytes[..EncryptLength],
            sixtyFourBytes.Slice(EncryptLength, MacLength),
            sixtyFourBytes[(EncryptLength + MacLength)..]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    private static void RequireLength(ReadOnlySpan<byte> part, int length, string name)
    {
        if (part.Length != length)
        {
            throw new ArgumentException($"The key part has {part.Length} bytes, it needs {length}.", name);
        }
    }
}
