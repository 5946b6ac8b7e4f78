using System.Text.Json;

namespace Backup.Engine.Restoring.Targets;

/// <summary>What Windows knows of an item besides its content and the times that every system has.</summary>
/// <param name="CreationTime">When it was made, in UTC; null: not recorded.</param>
/// <param name="Attributes">Hidden, read-only and so on; null: not recorded.</param>
/// <remarks>Format: restic's node attributes <c>windows.creation_time</c> and <c>windows.file_attributes</c>.</remarks>
internal sealed record WindowsAttributes(DateTime? CreationTime, FileAttributes? Attributes)
{
    /// <summary>Those that a program can set; the others say what an item is, or how it is stored.</summary>
    public const FileAttributes Settable = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System
        | FileAttributes.Archive | FileAttributes.Temporary | FileAttributes.Offline | FileAttributes.NotContentIndexed;

    private const string CreationTimeName = "windows.creation_time";
    private const string AttributesName = "windows.file_attributes";

    /// <summary>Whether an attribute of a node is one of these.</summary>
    public static bool Knows(string name) => name is CreationTimeName or AttributesName;

    /// <summary>Takes them from a node. What makes no sense counts as not recorded.</summary>
    public static WindowsAttributes Parse(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> generic) => new(
        generic.TryGetValue(CreationTimeName, out ReadOnlyMemory<byte> time) ? ParseTime(time) : null,
        generic.TryGetValue(AttributesName, out ReadOnlyMemory<byte> attributes) ? ParseAttributes(attributes) : null);

    /// <summary>Whether an item has them already.</summary>
    public bool AreThoseOf(FileAttributes attributes, DateTime creationTime) =>
        (Attributes is not { } wanted || ((wanted ^ attributes) & Settable) == 0)
        && (CreationTime is not { } time || time == creationTime);

    /// <summary>The attributes that an item gets: those that can be set as they were recorded, the others as they are.</summary>
    public FileAttributes MergeInto(FileAttributes present) =>
        Attributes is { } wanted ? (present & ~Settable) | (wanted & Settable) : present;

    private static DateTime? ParseTime(ReadOnlyMemory<byte> json) => Parse<DateTime?>(json, value =>
        value.GetProperty("LowDateTime").TryGetUInt32(out uint low)
        && value.GetProperty("HighDateTime").TryGetUInt32(out uint high)
        && (((long)high << 32) | low) is >= 0 and var ticks && ticks <= DateTime.MaxValue.ToFileTimeUtc()
            ? DateTime.FromFileTimeUtc(ticks)
            : null);

    private static FileAttributes? ParseAttributes(ReadOnlyMemory<byte> json) =>
        Parse<FileAttributes?>(json, value => value.TryGetUInt32(out uint bits) ? (FileAttributes)(int)bits : null);

    private static T? Parse<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T?> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return default; // another program's idea of it
        }
    }
}
