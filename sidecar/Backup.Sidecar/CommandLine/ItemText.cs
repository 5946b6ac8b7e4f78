using System.Globalization;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Lines about the items of a snapshot, as <c>ls</c> and <c>find</c> print them.</summary>
internal sealed class ItemText(VerbRun run, bool isLong, bool isHumanReadable)
{
    /// <summary>One item for people.</summary>
    public string Line(string path, Node node)
    {
        string name = run.Terminal.Name(path);
        if (!isLong)
        {
            return name;
        }

        ulong bytes = node.Type == NodeType.File ? node.Size : 0;
        string size = isHumanReadable ? SizeText.Format(bytes).PadLeft(12) : bytes.ToString(CultureInfo.InvariantCulture).PadLeft(10);
        string target = node.Type == NodeType.Symlink ? $" -> {run.Terminal.Name(node.LinkTarget)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ModeText.Of(node)} {node.Uid,5} {node.Gid,5} {size} {TimeText.Local(node.ModTime, run.Session.Time)} {name}{target}");
    }

    /// <summary>The fields of one item, as <c>ls --json</c> has them.</summary>
    public static void WriteListed(Utf8JsonWriter writer, string path, Node node)
    {
        writer.WriteName("name", node.Name);
        writer.WriteString("type", JsonFields.TypeName(node.Type));
        writer.WriteName("path", path);
        writer.WriteNumber("uid", node.Uid);
        writer.WriteNumber("gid", node.Gid);
        if (node.Type == NodeType.File)
        {
            writer.WriteNumber("size", node.Size);
        }

        writer.WriteUnlessZero("mode", node.Mode);
        writer.WriteString("permissions", ModeText.Of(node.Mode));
        WriteTimes(writer, node);
        writer.WriteUnlessZero("inode", node.Inode);
        writer.WriteString("message_type", "node");
        writer.WriteString("struct_type", "node");
    }

    /// <summary>The fields of one item, as <c>find --json</c> has them.</summary>
    public static void WriteFound(Utf8JsonWriter writer, string path, Node node)
    {
        writer.WriteName("path", path);
        writer.WriteString("permissions", ModeText.Of(node.Mode));
        writer.WriteString("type", JsonFields.TypeName(node.Type));
        writer.WriteUnlessZero("mode", node.Mode);
        WriteTimes(writer, node);
        writer.WriteNumber("uid", node.Uid);
        writer.WriteNumber("gid", node.Gid);
        writer.WriteUnlessEmpty("user", node.User);
        writer.WriteUnlessEmpty("group", node.Group);
        writer.WriteUnlessZero("inode", node.Inode);
        writer.WriteUnlessZero("device_id", node.DeviceId);
        writer.WriteUnlessZero("size", node.Size);
        writer.WriteUnlessZero("links", node.Links);
        if (node.LinkTarget.Length > 0)
        {
            writer.WriteName("linktarget", node.LinkTarget);
        }
    }

    private static void WriteTimes(Utf8JsonWriter writer, Node node)
    {
        writer.WriteTime("mtime", node.ModTime);
        writer.WriteTime("atime", node.AccessTime);
        writer.WriteTime("ctime", node.ChangeTime);
    }
}
