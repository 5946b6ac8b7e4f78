using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Writes what was kept and removed as restic does: an array of groups.</summary>
internal static class ForgetJson
{
    /// <summary>Writes the document. Snapshots that were named are in one group that has nothing in common.</summary>
    public static void Write(VerbRun run, ForgetResult result)
    {
        IReadOnlyList<ForgetGroup> groups = result.Groups.Count > 0 || result.Removed.Count == 0
            ? result.Groups
            : [new ForgetGroup { Group = new SnapshotGroup { Snapshots = result.Removed }, Keep = [], Remove = result.Removed }];
        HashSet<SnapshotId> failed = [.. result.Failures.Select(failure => failure.Snapshot.Id)];
        using JsonOutput json = run.OpenJson();
        json.Document(writer =>
        {
            writer.WriteStartArray();
            foreach (ForgetGroup group in groups)
            {
                writer.WriteStartObject();
                writer.WriteNamesOrNull("tags", group.Group.Tags);
                writer.WriteString("host", group.Group.Hostname ?? "");
                writer.WriteNamesOrNull("paths", group.Group.Paths);
                WriteSnapshots(writer, "keep", [.. group.Keep.Select(kept => kept.Snapshot)]);
                WriteSnapshots(writer, "remove", [.. group.Remove.Where(snapshot => !failed.Contains(snapshot.Id))]);
                WriteReasons(writer, group.Keep);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteReasons(Utf8JsonWriter writer, IReadOnlyList<KeptSnapshot> kept)
    {
        if (kept.Count == 0)
        {
            writer.WriteNull("reasons");
            return;
        }

        writer.WriteStartArray("reasons");
        foreach ((Snapshot snapshot, IReadOnlyList<string> reasons) in kept)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("snapshot");
            writer.WriteSnapshot(snapshot);
            writer.WriteEndObject();
            writer.WriteNames("matches", reasons);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSnapshots(Utf8JsonWriter writer, string field, Snapshot[] snapshots)
    {
        if (snapshots.Length == 0)
        {
            writer.WriteNull(field);
            return;
        }

        writer.WriteStartArray(field);
        foreach (Snapshot snapshot in snapshots)
        {
            writer.WriteStartObject();
            writer.WriteSnapshot(snapshot);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
