using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Endpoints;

/// <summary>A file, folder or other item of a snapshot.</summary>
internal sealed record ItemDescription
{
    public required string Path { get; init; }

    /// <summary>The path's bytes where it is not UTF-8; <see cref="Path"/> has U+FFFD for them then.</summary>
    public byte[]? PathBase64 { get; init; }

    /// <summary><c>file</c>, <c>dir</c>, <c>symlink</c> …</summary>
    public required string Type { get; init; }

    public ulong? Size { get; init; }

    /// <summary>Such as <c>-rw-r--r--</c>.</summary>
    public required string Permissions { get; init; }

    public required DateTimeOffset ModTime { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    public string? User { get; init; }

    public string? Group { get; init; }

    public string? LinkTarget { get; init; }

    public static ItemDescription From(SnapshotItem item)
    {
        string path = JsonFields.Text(item.Path);
        return new ItemDescription
        {
            Path = path,
            PathBase64 = ReferenceEquals(path, item.Path) ? null : FileName.Encode(item.Path),
            Type = JsonFields.TypeName(item.Node.Type),
            Size = item.Node.Type == NodeType.File ? item.Node.Size : null,
            Permissions = ModeText.Of(item.Node.Mode),
            ModTime = item.Node.ModTime.ToDateTimeOffset(),
            Uid = item.Node.Uid,
            Gid = item.Node.Gid,
            User = NullIfEmpty(item.Node.User),
            Group = NullIfEmpty(item.Node.Group),
            LinkTarget = NullIfEmpty(JsonFields.Text(item.Node.LinkTarget)),
        };
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
