using System.Security.Cryptography;

namespace Backup.Engine;

/// <summary>A password's bytes, wiped when they are no longer needed.</summary>
/// <param name="bytes">UTF-8; this object owns them from now on.</param>
/// <param name="isTyped">Whether somebody typed it and can try again.</param>
public sealed class Password(byte[] bytes, bool isTyped) : IDisposable
{
    /// <summary>UTF-8, lent as long as this object is not disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Whether somebody typed it and can try again.</summary>
    public bool IsTyped => isTyped;

    /// <summary>Whether both are the same, in a time that doesn't tell where they differ.</summary>
    public bool HasSameBytes(Password other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(bytes, other.Bytes.Span);
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
