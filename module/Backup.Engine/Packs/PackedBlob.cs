using System.Runtime.InteropServices;

namespace Backup.Engine.Packs;

/// <summary>Where a blob lies in its pack, as the pack's header and the index say.</summary>
/// <param name="Type">What it holds.</param>
/// <param name="Id">SHA-256 of its plaintext.</param>
/// <param name="Offset">Where it begins in the pack file.</param>
/// <param name="Length">Its bytes in the pack: compressed if it is, and sealed.</param>
/// <param name="UncompressedLength">Bytes of its plaintext if it is compressed, else 0.</param>
[StructLayout(LayoutKind.Auto)] // 48 bytes; in this order it would take 56
internal readonly record struct PackedBlob(BlobType Type, BlobId Id, uint Offset, uint Length, uint UncompressedLength)
{
    /// <summary>What sealing adds: a nonce and a MAC of 16 bytes each.</summary>
    public const int SealedOverhead = 32;

    /// <summary>True if its bytes are compressed.</summary>
    public bool IsCompressed => UncompressedLength != 0;

    /// <summary>Bytes of its plaintext.</summary>
    /// <exception cref="RepositoryDamagedException">So many that no array can hold them.</exception>
    public int PlaintextLength
    {
        get
        {
            uint length = IsCompressed ? UncompressedLength : Length - SealedOverhead;
            return length <= (uint)Array.MaxLength
                ? (int)length
                : throw new RepositoryDamagedException(
                    $"The blob {Id} is said to have {length:N0} bytes, more than any blob can have. Run a check.");
        }
    }
}
