namespace Backup.Engine;

/// <summary>Names a blob by its content.</summary>
/// <param name="Hash">SHA-256 of the blob's plaintext.</param>
public readonly record struct BlobId(Digest Hash)
{
    /// <summary>The first eight hexadecimal digits, for people.</summary>
    public string ToShortString() => Hash.ToShortString();

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Hash.ToString();

    /// <summary>The id of a blob with this content.</summary>
    public static BlobId Of(ReadOnlySpan<byte> plaintext) => new(Digest.Of(plaintext));
}
