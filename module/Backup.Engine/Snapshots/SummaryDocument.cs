using Backup.Engine.Json;

namespace Backup.Engine.Snapshots;

/// <summary>The object «summary» of a snapshot: two times and twelve counts.</summary>
internal static class SummaryDocument
{
    private static ReadOnlySpan<byte> Start => "backup_start"u8;

    private static ReadOnlySpan<byte> End => "backup_end"u8;

    /// <summary>Writes it.</summary>
    public static void Write(GoJsonWriter json, SnapshotSummary summary)
    {
        json.WriteRaw("{\"backup_start\":"u8);
        json.WriteTime(summary.BackupStart);
        json.WriteRaw(",\"backup_end\":"u8);
        json.WriteTime(summary.BackupEnd);
        WriteCount(json, ",\"files_new\":"u8, summary.FilesNew);
        WriteCount(json, ",\"files_changed\":"u8, summary.FilesChanged);
        WriteCount(json, ",\"files_unmodified\":"u8, summary.FilesUnmodified);
        WriteCount(json, ",\"dirs_new\":"u8, summary.DirsNew);
        WriteCount(json, ",\"dirs_changed\":"u8, summary.DirsChanged);
        WriteCount(json, ",\"dirs_unmodified\":"u8, summary.DirsUnmodified);
        json.WriteRaw(",\"data_blobs\":"u8);
        json.WriteNumber(summary.DataBlobs);
        json.WriteRaw(",\"tree_blobs\":"u8);
        json.WriteNumber(summary.TreeBlobs);
        WriteCount(json, ",\"data_added\":"u8, summary.DataAdded);
        WriteCount(json, ",\"data_added_packed\":"u8, summary.DataAddedPacked);
        WriteCount(json, ",\"total_files_processed\":"u8, summary.TotalFilesProcessed);
        WriteCount(json, ",\"total_bytes_processed\":"u8, summary.TotalBytesProcessed);
        json.WriteRaw("}"u8);
    }

    /// <summary>Reads it; null if that is what the document has.</summary>
    public static SnapshotSummary? Read(ref JsonCursor json)
    {
        json.Read();
        if (json.IsNull)
        {
            return null;
        }

        json.ExpectObject();
        Timestamp start = Rfc3339.Missing;
        Timestamp end = Rfc3339.Missing;
        var counts = new Dictionary<string, ulong>(StringComparer.Ordinal);
        long dataBlobs = 0;
        long treeBlobs = 0;
        while (json.NextField())
        {
            ReadOnlySpan<byte> field = json.FieldName;
            if (field.SequenceEqual(Start))
            {
                start = json.ReadTime();
            }
            else if (field.SequenceEqual(End))
            {
                end = json.ReadTime();
            }
            else if (field.SequenceEqual("data_blobs"u8))
            {
                dataBlobs = json.ReadInt64();
            }
            else if (field.SequenceEqual("tree_blobs"u8))
            {
                treeBlobs = json.ReadInt64();
            }
            else if (IsCount(field))
            {
                counts[json.CurrentFieldName()] = json.ReadUInt64();
            }
            else
            {
                json.SkipValue();
            }
        }

        return new SnapshotSummary
        {
            BackupStart = start,
            BackupEnd = end,
            FilesNew = counts.GetValueOrDefault("files_new"),
            FilesChanged = counts.GetValueOrDefault("files_changed"),
            FilesUnmodified = counts.GetValueOrDefault("files_unmodified"),
            DirsNew = counts.GetValueOrDefault("dirs_new"),
            DirsChanged = counts.GetValueOrDefault("dirs_changed"),
            DirsUnmodified = counts.GetValueOrDefault("dirs_unmodified"),
            DataBlobs = dataBlobs,
            TreeBlobs = treeBlobs,
            DataAdded = counts.GetValueOrDefault("data_added"),
            DataAddedPacked = counts.GetValueOrDefault("data_added_packed"),
            TotalFilesProcessed = counts.GetValueOrDefault("total_files_processed"),
            TotalBytesProcessed = counts.GetValueOrDefault("total_bytes_processed"),
        };
    }

    private static bool IsCount(ReadOnlySpan<byte> field) =>
        field.StartsWith("files_"u8) || field.StartsWith("dirs_"u8) || field.StartsWith("data_added"u8)
        || field.StartsWith("total_"u8);

    private static void WriteCount(GoJsonWriter json, ReadOnlySpan<byte> field, ulong count)
    {
        json.WriteRaw(field);
        json.WriteNumber(count);
    }
}
