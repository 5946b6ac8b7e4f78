using System.Globalization;
using System.Security.Cryptography;
using Backup.Engine;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>
/// A repository's file that is stored in parts. Its label names all there is to know about it, so that whoever sees the label
/// finds the parts. Each attempt to save a file has parts of its own: none overwrites another's.
/// </summary>
/// <param name="Handle">The file.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="PartSize">The size of all parts but the last.</param>
/// <param name="Attempt">Tells apart attempts to save it: 16 hexadecimal digits, of which eight are the second since 1970 when it began.</param>
internal sealed record PartedFile(FileHandle Handle, long Size, int PartSize, string Attempt)
{
    private const string ConfigName = "config";

    /// <summary>How many parts it has: none if it is empty.</summary>
    public int PartCount => (int)((Size + PartSize - 1) / PartSize);

    /// <summary>Such as <c>1f0ab2…-5242880-2621440-0123456789abcdef</c>.</summary>
    public string Label => string.Create(CultureInfo.InvariantCulture, $"{NameOf(Handle)}-{Size}-{PartSize}-{Attempt}");

    /// <summary>When the attempt to save it began, by the clock of who did.</summary>
    public DateTimeOffset Begun => DateTimeOffset.FromUnixTimeSeconds(uint.Parse(Attempt.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    /// <summary>A new attempt to save a file.</summary>
    public static PartedFile New(FileHandle handle, long size, int partSize, DateTimeOffset now)
    {
        uint seconds = (uint)now.ToUnixTimeSeconds();
        return new(handle, size, partSize, string.Create(CultureInfo.InvariantCulture, $"{seconds:x8}{RandomNumberGenerator.GetHexString(8, lowercase: true)}"));
    }

    /// <summary>The folder of a kind of files; those that may be many have a folder for each first byte of their names.</summary>
    public static string FolderOf(FileKind kind) => kind switch
    {
        FileKind.Config => "config",
        FileKind.Key => "keys",
        FileKind.Lock => "locks",
        FileKind.Snapshot => "snapshots",
        FileKind.Index => "index",
        FileKind.Pack => "packs",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of repository file."),
    };

    /// <summary>The folder of a file.</summary>
    public static string FolderOf(FileHandle handle) => handle.Kind == FileKind.Pack
        ? $"{FolderOf(handle.Kind)}/{NameOf(handle).AsSpan(0, 2)}"
        : FolderOf(handle.Kind);

    /// <summary>What the labels of a file begin with.</summary>
    public static string LabelPrefixOf(FileHandle handle) => NameOf(handle) + "-";

    /// <summary>The folder below which the parts of a kind of files are.</summary>
    public static string PartFolderOf(FileKind kind) => $"parts/{FolderOf(kind)}";

    /// <summary>Where a part is.</summary>
    public string PartName(int index) => string.Create(CultureInfo.InvariantCulture, $"parts/{FolderOf(Handle)}/{Label}.{index}");

    /// <summary>How many bytes a part has.</summary>
    public int PartLength(int index) => (int)Math.Min(PartSize, Size - ((long)index * PartSize));

    /// <summary>Reads a label.</summary>
    /// <returns>Null if it is none of this kind of files.</returns>
    public static PartedFile? TryParse(FileKind kind, ReadOnlySpan<char> label)
    {
        string[] fields = label.ToString().Split('-');
        if (fields is not [string name, string size, string partSize, { Length: 16 } attempt]
            || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long sizeInBytes)
            || !int.TryParse(partSize, NumberStyles.None, CultureInfo.InvariantCulture, out int partSizeInBytes)
            || partSizeInBytes == 0 || sizeInBytes / partSizeInBytes >= int.MaxValue || !attempt.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        if (kind == FileKind.Config)
        {
            return name == ConfigName ? new PartedFile(FileHandle.Config, sizeInBytes, partSizeInBytes, attempt) : null;
        }

        return Digest.TryParse(name, out Digest digest)
            ? new PartedFile(new FileHandle(kind, digest), sizeInBytes, partSizeInBytes, attempt)
            : null;
    }

    /// <summary>The file that a part belongs to.</summary>
    /// <param name="kind">The kind of files that the folder is for.</param>
    /// <param name="name">What stands behind the last slash of the part's name.</param>
    /// <returns>Null if it is no such part.</returns>
    public static PartedFile? TryParsePart(FileKind kind, string name) =>
        name.LastIndexOf('.') is > 0 and int dot && name.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? TryParse(kind, name.AsSpan(0, dot)) : null;

    private static string NameOf(FileHandle handle) => handle.Kind == FileKind.Config ? ConfigName : handle.Name.ToString();
}
