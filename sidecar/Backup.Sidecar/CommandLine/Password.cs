using System.Security.Cryptography;

namespace Backup.Sidecar.CommandLine;

/// <summary>A password's bytes, wiped when they are no longer needed.</summary>
/// <param name="bytes">UTF-8; this object owns them from now on.</param>
/// <param name="isTyped">Whether somebody typed it and can try again.</param>
internal sealed class Password(byte[] bytes, bool isTyped) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    public bool IsTyped => isTyped;

    /// <summary>Whether both are the same, in a time that doesn't tell where they differ.</summary>
    public bool Equals(Password other) => CryptographicOperations.FixedTimeEquals(bytes, other.Bytes.Span);

    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
