using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Backup.Engine.Tests.Browsing;

/// <summary>Brings what restic prints as JSON and what we return into the same shape.</summary>
internal static class ResticJson
{
    /// <summary>A name as restic prints it: bytes that are not UTF-8 are replaced one by one.</summary>
    public static string Text(string name) =>
        string.Concat(name.Select((c, i) => char.IsLowSurrogate(c) && (i == 0 || !char.IsHighSurrogate(name[i - 1])) ? '\uFFFD' : c));

    /// <summary>The documents of several lines.</summary>
    public static IEnumerable<JsonElement> Lines(string output) =>
        output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>An item as <c>ls</c> lists it.</summary>
    public static string Describe(JsonElement node) => string.Join('|',
        node.GetProperty("path").GetString(),
        node.GetProperty("type").GetString(),
        node.TryGetProperty("size", out JsonElement size) ? size.GetUInt64() : 0,
        node.TryGetProperty("mode", out JsonElement mode) ? mode.GetUInt32() : 0,
        node.GetProperty("uid").GetUInt32(),
        node.GetProperty("gid").GetUInt32(),
        Seconds(node.GetProperty("mtime").GetString() ?? ""));

    /// <summary>The same of ours.</summary>
    public static string Describe(SnapshotItem item) => string.Join('|',
        Text(item.Path),
        TypeOf(item.Node.Type),
        item.Node.Type == NodeType.File ? item.Node.Size : 0,
        item.Node.Mode,
        item.Node.Uid,
        item.Node.Gid,
        item.Node.ModTime.Seconds);

    // Without the decimals, which .NET would round.
    private static long Seconds(string time) =>
        DateTimeOffset.Parse(Regex.Replace(time, @"\.\d+", ""), CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    private static string TypeOf(NodeType type) => type switch
    {
        NodeType.File => "file",
        NodeType.Directory => "dir",
        NodeType.Symlink => "symlink",
        NodeType.BlockDevice => "dev",
        NodeType.CharacterDevice => "chardev",
        NodeType.Fifo => "fifo",
        _ => "socket",
    };
}
