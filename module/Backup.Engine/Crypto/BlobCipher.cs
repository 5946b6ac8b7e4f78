using System.Security.Cryptography;

namespace Backup.Engine.Crypto;

/// <summary>
/// Encrypts and authenticates blobs and files: AES-256 in counter mode, then Poly1305-AES over the encrypted bytes.
/// Thread-safe.
/// </summary>
/// <remarks>Format: restic design document, «Keys, Encryption and MAC»: nonce ‖ encrypted bytes ‖ MAC.</remarks>
internal sealed class BlobCipher : IDisposable
{
    /// <summary>Bytes of the random nonce in front.</summary>
    public const int NonceLength = 16;

    /// <summary>Bytes of the authenticator behind.</summary>
    public const int MacLength = 16;

    /// <summary>How much longer a sealed blob is than its plaintext.</summary>
    public const int Overhead = NonceLength + MacLength;

    private readonly MasterKey _key;
    private readonly CipherState?[] _idle = new CipherState?[2 * Math.Max(4, Environment.ProcessorCount)];
    private bool _disposed;

    /// <summary>Copies the key: the caller still disposes its own.</summary>
    public BlobCipher(MasterKey key)
    {
        _key = new MasterKey(key.Encrypt, key.MacK, key.MacR);
    }

    /// <summary>Encrypts under a new random nonce.</summary>
    /// <param name="plaintext">Any number of bytes.</param>
    /// <param name="destination">Exactly <see cref="Overhead"/> bytes more, apart from <paramref name="plaintext"/>.</param>
    public void Seal(ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, plaintext.Length + Overhead);
        RequireApart(plaintext, destination);

        RandomNumberGenerator.Fill(destination[..NonceLength]);
        CipherState state = Rent();
        state.Seal(plaintext, destination);
        Return(state);
    }

    /// <summary>Checks the authenticator and, if it is right, decrypts.</summary>
    /// <param name="sealedBytes">What <see cref="Seal"/> made.</param>
    /// <param name="plaintext">Exactly <see cref="Overhead"/> bytes less, apart from <paramref name="sealedBytes"/>.</param>
    /// <returns>False, and nothing is written, if the bytes were altered, cut short, or sealed with another key.</returns>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext)
    {
        if (sealedBytes.Length < Overhead)
        {
            return false;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(plaintext.Length, sealedBytes.Length - Overhead);
        RequireApart(sealedBytes, plaintext);

        CipherState state = Rent();
        bool opened = state.TryOpen(sealedBytes, plaintext);
        Return(state);
        return opened;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        for (int i = 0; i < _idle.Length; i++)
        {
            Interlocked.Exchange(ref _idle[i], null)?.Dispose();
        }

        _key.Dispose();
    }

    private static void RequireApart(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.Overlaps(destination))
        {
            throw new ArgumentException("Source and destination overlap.", nameof(destination));
        }
    }

    // An exception leaves a rented state to the garbage collector: it may be half-way through a message.
    private CipherState Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (int i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } state)
            {
                return state;
            }
        }

        return new CipherState(_key);
    }

    private void Return(CipherState state)
    {
        for (int i = 0; i < _idle.Length && !_disposed; i++)
        {
            if (_idle[i] is null && Interlocked.CompareExchange(ref _idle[i], state, null) is null)
            {
                return;
            }
        }

        state.Dispose();
    }
}
