using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Prints what a search finds, while it finds it.</summary>
internal static class FindReport
{
    /// <summary>Paths under the snapshots that have them.</summary>
    public static async Task WriteNamesAsync(VerbRun run, IAsyncEnumerable<FindMatch> matches, ItemText text)
    {
        SnapshotId? current = null;
        await foreach (FindMatch match in matches)
        {
            if (current != match.Snapshot.Id)
            {
                run.Say($"{(current is null ? "" : Environment.NewLine)}in snapshot {match.Snapshot.Id.ToShortString()}"
                    + $" of {TimeText.Local(match.Snapshot.Time, run.Session.Time)}:");
                current = match.Snapshot.Id;
            }

            await run.Out.WriteLineAsync(match.Node is { } node ? text.Line(match.Path, node) : run.Terminal.Name(match.Path));
        }
    }

    /// <summary>Which items need an object.</summary>
    public static async Task WriteObjectsAsync(VerbRun run, IAsyncEnumerable<FindMatch> matches, bool showPacks)
    {
        await foreach (FindMatch match in matches)
        {
            string packs = showPacks && match.Packs.Count > 0
                ? $"\n    in pack {string.Join(", ", match.Packs)}"
                : "";
            await run.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{ObjectName(match)} {match.Blob}{packs}\n    for {run.Terminal.Name(match.Path)}"
                + $"\n    in snapshot {match.Snapshot.Id.ToShortString()} of {TimeText.Local(match.Snapshot.Time, run.Session.Time)}"));
        }
    }

    /// <summary>An array with one object per snapshot that has matches.</summary>
    public static async Task WriteNamesAsJsonAsync(VerbRun run, IAsyncEnumerable<FindMatch> matches)
    {
        using JsonOutput json = run.OpenJson();
        using JsonArray array = json.OpenArray();
        List<FindMatch> ofSnapshot = [];
        await foreach (FindMatch match in matches)
        {
            if (ofSnapshot.Count > 0 && ofSnapshot[0].Snapshot.Id != match.Snapshot.Id)
            {
                WriteSnapshot(array, ofSnapshot);
                ofSnapshot.Clear();
            }

            ofSnapshot.Add(match);
        }

        if (ofSnapshot.Count > 0)
        {
            WriteSnapshot(array, ofSnapshot);
        }
    }

    /// <summary>An array with one object per item that needs an object.</summary>
    public static async Task WriteObjectsAsJsonAsync(VerbRun run, IAsyncEnumerable<FindMatch> matches)
    {
        using JsonOutput json = run.OpenJson();
        using JsonArray array = json.OpenArray();
        await foreach (FindMatch match in matches)
        {
            array.Add(writer =>
            {
                writer.WriteString("object_type", ObjectName(match));
                writer.WriteString("id", match.Blob.ToString());
                writer.WriteName("path", match.Path);
                if (match.BlobType == BlobType.Data)
                {
                    writer.WriteString("parent_tree", match.ParentTree.ToString());
                }

                writer.WriteString("snapshot", match.Snapshot.Id.ToString());
                writer.WriteTime("time", match.Snapshot.Time);
                if (match.Packs.Count > 0)
                {
                    writer.WriteNames("packs", match.Packs.Select(pack => pack.ToString()));
                }
            });
        }
    }

    private static string ObjectName(FindMatch match) => match.BlobType == BlobType.Tree ? "tree" : "blob";

    private static void WriteSnapshot(JsonArray array, List<FindMatch> matches) => array.Add(writer =>
    {
        writer.WriteStartArray("matches");
        foreach (FindMatch match in matches)
        {
            writer.WriteStartObject();
            if (match.Node is { } node)
            {
                ItemText.WriteFound(writer, match.Path, node);
            }
            else
            {
                writer.WriteName("path", match.Path);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("hits", matches.Count);
        writer.WriteString("snapshot", matches[0].Snapshot.Id.ToString());
    });
}
