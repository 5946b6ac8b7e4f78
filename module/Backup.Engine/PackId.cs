namespace Backup.Engine;

/// <summary>Names a pack file.</summary>
/// <param name="Hash">SHA-256 of the whole pack file.</param>
public readonly record struct PackId(Digest Hash)
{
    /// <summary>The first eight hexadecimal digits, for people.</summary>
    public string ToShortString() => Hash.ToShortString();

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Hash.ToString();
}
