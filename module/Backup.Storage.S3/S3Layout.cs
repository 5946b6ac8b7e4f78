using Backup.Engine;
using Backup.Engine.Storage.Local;

namespace Backup.Storage.S3;

/// <summary>Which key each file of a repository has in a bucket: the paths of a folder, behind a prefix.</summary>
/// <param name="prefix">Empty, or without a slash at either end.</param>
/// <remarks>Format: restic design document, «Repository Layout».</remarks>
internal sealed class S3Layout(string prefix)
{
    private readonly string _root = prefix.Length == 0 ? "" : prefix + "/";

    /// <summary>A file's key.</summary>
    public string KeyOf(FileHandle file) => file.Kind switch
    {
        FileKind.Config => _root + "config",
        FileKind.Pack => $"{FolderOf(FileKind.Pack)}{file.Name.ToString().AsSpan(0, 2)}/{file.Name}",
        _ => FolderOf(file.Kind) + file.Name,
    };

    /// <summary>What the keys of all files of a kind begin with, a slash at its end.</summary>
    public string FolderOf(FileKind kind) => $"{_root}{LocalLayout.FolderName(kind)}/";

    /// <summary>Which file of a kind has this key; null for what is none.</summary>
    public FileHandle? HandleOf(FileKind kind, string key) =>
        LocalLayout.HandleOf(kind, key) is { } file && KeyOf(file) == key ? file : null;
}
