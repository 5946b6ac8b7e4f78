namespace Backup.Engine.Storage.Rest;

/// <summary>Where on a server a repository's files are.</summary>
internal static class RestPaths
{
    /// <summary>The address of a file.</summary>
    public static Uri Of(Uri root, FileHandle file) =>
        new(root, file.Kind == FileKind.Config ? "config" : $"{Folder(file.Kind)}/{file.Name}");

    /// <summary>The address of the listing of a kind of files.</summary>
    public static Uri Of(Uri root, FileKind kind) => new(root, $"{Folder(kind)}/");

    private static string Folder(FileKind kind) => kind switch
    {
        FileKind.Key => "keys",
        FileKind.Lock => "locks",
        FileKind.Snapshot => "snapshots",
        FileKind.Index => "index",
        FileKind.Pack => "data",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Files of this kind have no folder."),
    };
}
