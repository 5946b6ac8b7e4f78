namespace Backup.Engine;

/// <summary>Names a snapshot.</summary>
/// <param name="Hash">SHA-256 of the snapshot file.</param>
public readonly record struct SnapshotId(Digest Hash)
{
    /// <summary>The first eight hexadecimal digits, for people.</summary>
    public string ToShortString() => Hash.ToShortString();

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Hash.ToString();
}
