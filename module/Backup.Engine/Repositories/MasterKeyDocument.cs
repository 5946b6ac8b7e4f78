using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Backup.Engine.Crypto;

namespace Backup.Engine.Repositories;

/// <summary>
/// The document in which a key file wraps the master key: bytes ⇄ <see cref="MasterKey"/>. It is written and read without
/// any copy that would stay in memory.
/// </summary>
/// <remarks>Format: restic design document, «Keys, Encryption and MAC».</remarks>
internal static class MasterKeyDocument
{
    private const int MacBase64Length = 24;
    private const int EncryptBase64Length = 44;

    /// <summary>The bytes of every document that we write.</summary>
    public static int Length => Head.Length + Middle.Length + Tail.Length + End.Length + (2 * MacBase64Length) + EncryptBase64Length;

    private static ReadOnlySpan<byte> Head => "{\"mac\":{\"k\":\""u8;

    private static ReadOnlySpan<byte> Middle => "\",\"r\":\""u8;

    private static ReadOnlySpan<byte> Tail => "\"},\"encrypt\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>Writes the document.</summary>
    /// <param name="key">The master key.</param>
    /// <param name="destination">Exactly <see cref="Length"/> bytes, which the caller clears.</param>
    public static void Encode(MasterKey key, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Length);
        destination = Append(Head, destination);
        destination = AppendBase64(key.MacK, destination);
        destination = Append(Middle, destination);
        destination = AppendBase64(key.MacR, destination);
        destination = Append(Tail, destination);
        destination = AppendBase64(key.Encrypt, destination);
        Append(End, destination);
    }

    /// <summary>Reads the document.</summary>
    /// <exception cref="RepositoryDamagedException">It is no such document, or a key in it is missing or zero.</exception>
    public static MasterKey Decode(ReadOnlySpan<byte> json)
    {
        Span<byte> keys = stackalloc byte[MasterKey.Length];
        keys.Clear();
        Span<byte> encrypt = keys[..MasterKey.EncryptLength];
        Span<byte> macK = keys.Slice(MasterKey.EncryptLength, MasterKey.MacLength);
        Span<byte> macR = keys[(MasterKey.EncryptLength + MasterKey.MacLength)..];
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.CurrentDepth == 1 && reader.ValueTextEquals("encrypt"u8))
                {
                    ReadBase64(ref reader, encrypt);
                }
                else if (reader.CurrentDepth == 2 && reader.ValueTextEquals("k"u8))
                {
                    ReadBase64(ref reader, macK);
                }
                else if (reader.CurrentDepth == 2 && reader.ValueTextEquals("r"u8))
                {
                    ReadBase64(ref reader, macR);
                }
            }

            return encrypt.ContainsAnyExcept((byte)0) && macK.ContainsAnyExcept((byte)0) && macR.ContainsAnyExcept((byte)0)
                ? new MasterKey(encrypt, macK, macR)
                : throw Damaged("a key in it is missing or zero");
        }
        catch (JsonException exception)
        {
            throw Damaged("it is not valid JSON", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    private static Span<byte> Append(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return destination[text.Length..];
    }

    private static Span<byte> AppendBase64(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        Base64.EncodeToUtf8(bytes, destination, out _, out int length);
        return destination[length..];
    }

    private static void ReadBase64(ref Utf8JsonReader reader, scoped Span<byte> destination)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.String
            || Base64.DecodeFromUtf8(reader.ValueSpan, destination, out _, out int length) != OperationStatus.Done
            || length != destination.Length)
        {
            throw Damaged($"a key in it does not have {destination.Length} bytes");
        }
    }

    private static RepositoryDamagedException Damaged(string detail, Exception? cause = null) =>
        new($"The password is right, but what it opens is no master key: {detail}.", cause);
}
