namespace Backup.Engine;

/// <summary>Names one file of a repository.</summary>
/// <param name="Kind">What kind of file it is.</param>
/// <param name="Name">Its name: SHA-256 of its content as stored. All zero for the one config file.</param>
public readonly record struct FileHandle(FileKind Kind, Digest Name)
{
    /// <summary>The config file.</summary>
    public static FileHandle Config => new(FileKind.Config, default);

    /// <summary>Such as <c>index/1f0ab2…</c>, for messages.</summary>
    public override string ToString() =>
        Kind == FileKind.Config ? "config" : $"{KindName(Kind)}/{Name}";

    private static string KindName(FileKind kind) => kind switch
    {
        FileKind.Key => "key",
        FileKind.Lock => "lock",
        FileKind.Snapshot => "snapshot",
        FileKind.Index => "index",
        FileKind.Pack => "pack",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of repository file."),
    };
}
