using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>
/// Bytes as they are given to a store that may do things to them: a first byte that no JSON, quote or base64 text begins with
/// (whoever guesses what it is stores it as it is), the length, and a hash, by which a write that was cut short is known.
/// </summary>
internal static class ObjectEnvelope
{
    /// <summary>How many bytes it adds.</summary>
    public const int Overhead = 4 + sizeof(uint) + SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Magic => [0, (byte)'B', (byte)'K', 1];

    /// <summary>Puts bytes into an envelope.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> content)
    {
        byte[] sealedBytes = GC.AllocateUninitializedArray<byte>(Overhead + content.Length);
        Magic.CopyTo(sealedBytes);
        BinaryPrimitives.WriteUInt32BigEndian(sealedBytes.AsSpan(Magic.Length), (uint)content.Length);
        SHA256.HashData(content, sealedBytes.AsSpan(Magic.Length + sizeof(uint)));
        content.CopyTo(sealedBytes.AsSpan(Overhead));
        return sealedBytes;
    }

    /// <summary>The same as base64, for stores that decode whatever they get, or keep text only.</summary>
    public static byte[] ToBase64(ReadOnlySpan<byte> sealedBytes)
    {
        byte[] text = new byte[Base64.GetMaxEncodedToUtf8Length(sealedBytes.Length)];
        Base64.EncodeToUtf8(sealedBytes, text, out _, out _);
        return text;
    }

    /// <summary>Takes bytes out again, whether they were stored as they were or as base64, in quotes or not.</summary>
    /// <param name="stored">What the store gave.</param>
    /// <returns>Null if this is no envelope, or not the whole of it.</returns>
    public static ReadOnlyMemory<byte>? TryOpen(ReadOnlyMemory<byte> stored)
    {
        if (stored.Span is [(byte)'"', .., (byte)'"'])
        {
            stored = stored[1..^1];
        }

        if (!stored.Span.StartsWith(Magic))
        {
            byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(stored.Length)];
            if (Base64.DecodeFromUtf8(stored.Span, decoded, out int read, out int length) != System.Buffers.OperationStatus.Done
                || read != stored.Length)
            {
                return null;
            }

            stored = decoded.AsMemory(0, length);
        }

        // Not as one expression: there null would become an array's, and so an envelope with nothing in it.
        if (IsWhole(stored.Span))
        {
            return stored[Overhead..];
        }

        return null;
    }

    private static bool IsWhole(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < Overhead || !sealedBytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32BigEndian(sealedBytes[Magic.Length..]) != (uint)(sealedBytes.Length - Overhead))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(sealedBytes[Overhead..], hash);
        return hash.SequenceEqual(sealedBytes[(Magic.Length + sizeof(uint))..Overhead]);
    }
}
