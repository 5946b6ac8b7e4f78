using System.Buffers;
using System.Text;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Writes the engine's documents with restic's field names.</summary>
internal static class JsonFields
{
    /// <summary>
    /// Writes a name or path. JSON has no place for bytes that are not UTF-8: as with restic they become U+FFFD, and
    /// only then the field «<paramref name="field"/>_base64» has the bytes as they are.
    /// </summary>
    public static void WriteName(this Utf8JsonWriter writer, string field, string name)
    {
        string text = Replaced(name);
        writer.WriteString(field, text);
        if (!ReferenceEquals(text, name))
        {
            writer.WriteBase64String(field + "_base64", FileName.Encode(name));
        }
    }

    /// <summary>Writes a list of paths.</summary>
    public static void WriteNames(this Utf8JsonWriter writer, string field, IEnumerable<string> names)
    {
        writer.WriteStartArray(field);
        foreach (string name in names)
        {
            writer.WriteStringValue(Replaced(name));
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a list of paths, or null if there is none.</summary>
    public static void WriteNamesOrNull(this Utf8JsonWriter writer, string field, IReadOnlyList<string>? names)
    {
        if (names is null)
        {
            writer.WriteNull(field);
        }
        else
        {
            writer.WriteNames(field, names);
        }
    }

    /// <summary>Writes a point in time as RFC 3339.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, string field, Timestamp time) =>
        writer.WriteString(field, TimeText.Rfc3339(time));

    /// <summary>Writes the fields of a snapshot.</summary>
    public static void WriteSnapshot(this Utf8JsonWriter writer, Snapshot snapshot)
    {
        writer.WriteTime("time", snapshot.Time);
        WriteUnlessEmpty(writer, "parent", snapshot.Parent?.ToString());
        writer.WriteString("tree", snapshot.Tree.ToString());
        writer.WriteNames("paths", snapshot.Paths);
        WriteUnlessEmpty(writer, "hostname", snapshot.Hostname);
        WriteUnlessEmpty(writer, "username", snapshot.Username);
        WriteUnlessZero(writer, "uid", snapshot.Uid);
        WriteUnlessZero(writer, "gid", snapshot.Gid);
        WriteUnlessEmpty(writer, "excludes", snapshot.Excludes);
        WriteUnlessEmpty(writer, "tags", snapshot.Tags);
        WriteUnlessEmpty(writer, "original", snapshot.Original?.ToString());
        WriteUnlessEmpty(writer, "program_version", snapshot.ProgramVersion);
        if (snapshot.Summary is { } summary)
        {
            writer.WriteStartObject("summary");
            writer.WriteTime("backup_start", summary.BackupStart);
            writer.WriteTime("backup_end", summary.BackupEnd);
            writer.WriteCounts(summary);
            writer.WriteEndObject();
        }

        writer.WriteString("id", snapshot.Id.ToString());
        writer.WriteString("short_id", snapshot.Id.ToShortString());
    }

    /// <summary>Writes the counts of a backup.</summary>
    public static void WriteCounts(this Utf8JsonWriter writer, SnapshotSummary summary)
    {
        writer.WriteNumber("files_new", summary.FilesNew);
        writer.WriteNumber("files_changed", summary.FilesChanged);
        writer.WriteNumber("files_unmodified", summary.FilesUnmodified);
        writer.WriteNumber("dirs_new", summary.DirsNew);
        writer.WriteNumber("dirs_changed", summary.DirsChanged);
        writer.WriteNumber("dirs_unmodified", summary.DirsUnmodified);
        writer.WriteNumber("data_blobs", summary.DataBlobs);
        writer.WriteNumber("tree_blobs", summary.TreeBlobs);
        writer.WriteNumber("data_added", summary.DataAdded);
        writer.WriteNumber("data_added_packed", summary.DataAddedPacked);
        writer.WriteNumber("total_files_processed", summary.TotalFilesProcessed);
        writer.WriteNumber("total_bytes_processed", summary.TotalBytesProcessed);
    }

    /// <summary>restic's word for the type of an item.</summary>
    public static string TypeName(NodeType type) => type switch
    {
        NodeType.File => "file",
        NodeType.Directory => "dir",
        NodeType.Symlink => "symlink",
        NodeType.BlockDevice => "dev",
        NodeType.CharacterDevice => "chardev",
        NodeType.Fifo => "fifo",
        NodeType.Socket => "socket",
        _ => "irregular",
    };

    /// <summary>Writes a number if it isn't zero.</summary>
    public static void WriteUnlessZero(this Utf8JsonWriter writer, string field, ulong number)
    {
        if (number != 0)
        {
            writer.WriteNumber(field, number);
        }
    }

    /// <summary>Writes a text if it isn't empty.</summary>
    public static void WriteUnlessEmpty(this Utf8JsonWriter writer, string field, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            writer.WriteString(field, Replaced(text));
        }
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter writer, string field, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            writer.WriteNames(field, texts);
        }
    }

    /// <summary>A name as JSON can have it: bytes that are not UTF-8 become U+FFFD.</summary>
    public static string Text(string name) => Replaced(name);

    private static string Replaced(string name)
    {
        if (!HasLoneSurrogate(name))
        {
            return name;
        }

        var text = new StringBuilder(name.Length);
        ReadOnlySpan<char> rest = name;
        while (!rest.IsEmpty)
        {
            Rune.DecodeFromUtf16(rest, out Rune rune, out int consumed); // gives U+FFFD for what is none
            text.Append(rune);
            rest = rest[consumed..];
        }

        return text.ToString();
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> name)
    {
        while (name.IndexOfAnyInRange('\uD800', '\uDFFF') is int index && index >= 0)
        {
            if (Rune.DecodeFromUtf16(name[index..], out _, out int consumed) != OperationStatus.Done)
            {
                return true;
            }

            name = name[(index + consumed)..];
        }

        return false;
    }
}
