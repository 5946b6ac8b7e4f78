using System.Security.Cryptography;
using Backup.Engine.Crypto;
using Backup.Engine.Json;

namespace Backup.Engine.Repositories;

/// <summary>A key file: bytes ⇄ document, and the master key in it by a password.</summary>
/// <param name="Created">When it was made.</param>
/// <param name="Username">Who made it.</param>
/// <param name="Hostname">Where it was made.</param>
/// <param name="Cost">What each try of the password costs.</param>
/// <param name="Salt">Makes equal passwords different keys.</param>
/// <param name="Data">The master key's document, sealed with the key that the password stretches to.</param>
/// <remarks>Format: restic design document, «Keys, Encryption and MAC».</remarks>
internal sealed record KeyFile(
    Timestamp Created, string Username, string Hostname, ScryptCost Cost, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Data)
{
    /// <summary>No key file is longer: restic's have half a kilobyte, the names in them are the only free text.</summary>
    public const int MaxLength = 64 * 1024;

    private const int SaltLength = 64;

    /// <summary>Wraps a master key with a password.</summary>
    /// <param name="masterKey">Lent.</param>
    /// <param name="password">Its UTF-8 bytes, lent.</param>
    /// <param name="options">What is recorded with it.</param>
    public static KeyFile Wrap(MasterKey masterKey, ReadOnlySpan<byte> password, KeyOptions options)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        byte[] data = new byte[MasterKeyDocument.Length + BlobCipher.Overhead];
        Span<byte> document = stackalloc byte[MasterKeyDocument.Length];
        try
        {
            MasterKeyDocument.Encode(masterKey, document);
            using BlobCipher cipher = CipherOf(password, salt, options.Cost);
            cipher.Seal(document, data);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(document);
        }

        return new KeyFile(options.Created, options.Username, options.Hostname, options.Cost, salt, data);
    }

    /// <summary>Reads a key file.</summary>
    /// <param name="json">Its content.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="RepositoryDamagedException">It is no key file, or holds what none can.</exception>
    public static KeyFile Decode(ReadOnlySpan<byte> json, Digest name)
    {
        var cursor = new JsonCursor(json, "key file", name);
        var key = new KeyFile(Rfc3339.Missing, "", "", default, default, default);
        string kdf = "";
        cursor.BeginObject();
        while (cursor.NextField())
        {
            key = ReadField(ref cursor, key, ref kdf);
        }

        cursor.ReadEnd();
        if (kdf != "scrypt")
        {
            throw cursor.Damaged($"it wants the key derivation «{kdf}», only «scrypt» is known");
        }

        if (key.Salt.Length != SaltLength)
        {
            throw cursor.Damaged($"its salt has {key.Salt.Length} bytes instead of {SaltLength}");
        }

        return key.Data.Length > BlobCipher.Overhead ? key : throw cursor.Damaged("it holds no master key");
    }

    /// <summary>The key file as restic writes it.</summary>
    public byte[] Encode()
    {
        var json = new GoJsonWriter();
        json.WriteRaw("{\"created\":"u8);
        json.WriteTime(Created);
        json.WriteRaw(",\"username\":"u8);
        json.WriteString(Username);
        json.WriteRaw(",\"hostname\":"u8);
        json.WriteString(Hostname);
        json.WriteRaw(",\"kdf\":\"scrypt\",\"N\":"u8);
        json.WriteNumber(Cost.N);
        json.WriteRaw(",\"r\":"u8);
        json.WriteNumber(Cost.R);
        json.WriteRaw(",\"p\":"u8);
        json.WriteNumber(Cost.P);
        json.WriteRaw(",\"salt\":"u8);
        json.WriteBase64(Salt.Span);
        json.WriteRaw(",\"data\":"u8);
        json.WriteBase64(Data.Span);
        json.WriteRaw("}"u8);
        return json.Written.ToArray();
    }

    /// <summary>Takes out the master key.</summary>
    /// <param name="password">Its UTF-8 bytes, lent.</param>
    /// <returns>The master key, which the caller disposes; null if the password is another one.</returns>
    /// <exception cref="RepositoryDamagedException">The cost is senseless or too high, or what was sealed is no master key.</exception>
    public MasterKey? Unwrap(ReadOnlySpan<byte> password)
    {
        using BlobCipher cipher = CipherOf(password, Salt.Span, Cost);
        byte[] document = GC.AllocateUninitializedArray<byte>(Data.Length - BlobCipher.Overhead, pinned: true);
        try
        {
            return cipher.TryOpen(Data.Span, document) ? MasterKeyDocument.Decode(document) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(document);
        }
    }

    private static BlobCipher CipherOf(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ScryptCost cost)
    {
        Span<byte> derived = stackalloc byte[MasterKey.Length];
        try
        {
            Scrypt.DeriveKey(password, salt, cost.N, cost.R, cost.P, derived);
            using var key = MasterKey.FromDerived(derived);
            return new BlobCipher(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    private static KeyFile ReadField(ref JsonCursor cursor, KeyFile key, ref string kdf)
    {
        ReadOnlySpan<byte> name = cursor.FieldName;
        if (name.SequenceEqual("created"u8))
        {
            return key with { Created = cursor.ReadTime() };
        }

        if (name.SequenceEqual("username"u8))
        {
            return key with { Username = cursor.ReadString() };
        }

        if (name.SequenceEqual("hostname"u8))
        {
            return key with { Hostname = cursor.ReadString() };
        }

        if (name.SequenceEqual("N"u8))
        {
            return key with { Cost = key.Cost with { N = ReadInt32(ref cursor) } };
        }

        if (name.SequenceEqual("r"u8))
        {
            return key with { Cost = key.Cost with { R = ReadInt32(ref cursor) } };
        }

        if (name.SequenceEqual("p"u8))
        {
            return key with { Cost = key.Cost with { P = ReadInt32(ref cursor) } };
        }

        if (name.SequenceEqual("salt"u8))
        {
            return key with { Salt = cursor.ReadBase64OrNull() };
        }

        if (name.SequenceEqual("data"u8))
        {
            return key with { Data = cursor.ReadBase64OrNull() };
        }

        if (name.SequenceEqual("kdf"u8))
        {
            kdf = cursor.ReadString();
            return key;
        }

        cursor.SkipValue();
        return key;
    }

    private static int ReadInt32(ref JsonCursor cursor)
    {
        long number = cursor.ReadInt64();
        return number is >= int.MinValue and <= int.MaxValue
            ? (int)number
            : throw cursor.Damaged($"the scrypt parameter {number} is out of range");
    }
}
