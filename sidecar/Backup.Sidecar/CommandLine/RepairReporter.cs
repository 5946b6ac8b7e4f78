using System.Globalization;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells how far a repair is and what it does: on a terminal, as text, or as JSON lines.</summary>
internal sealed class RepairReporter(VerbRun run) : IDisposable
{
    private readonly JsonOutput? _json = run.IsJson ? run.OpenJson(isLive: true) : null;

    /// <summary>Shows how far it is.</summary>
    public void Show(RepairProgress now)
    {
        string total = now.Total > 0 ? $" of {now.Total}" : "";
        run.Display.Show(now.Done, now.Total, string.Create(CultureInfo.InvariantCulture, $"{Name(now.Phase)}: {now.Done}{total}"));
    }

    /// <summary>Tells what is done about a file of the repository.</summary>
    public void Notice(RepairNotice notice)
    {
        if (_json is null)
        {
            run.Say(notice.Message);
            return;
        }

        Line("notice", writer =>
        {
            writer.WriteString("kind", notice.File.Kind.ToString().ToLowerInvariant());
            writer.WriteString("id", notice.File.Name.ToString());
            writer.WriteString("message", notice.Message);
        });
    }

    /// <summary>Writes a JSON line, if JSON is wanted.</summary>
    public void Line(string messageType, Action<Utf8JsonWriter> fields) => _json?.Line(writer =>
    {
        writer.WriteString("message_type", messageType);
        fields(writer);
    });

    /// <summary>Writes a list of packs of which something may be lost.</summary>
    public static void WritePacks(Utf8JsonWriter writer, string field, IEnumerable<PackRepair> packs)
    {
        writer.WriteStartArray(field);
        foreach (PackRepair pack in packs)
        {
            writer.WriteStartObject();
            writer.WriteString("id", pack.Pack.ToString());
            writer.WriteNumber("blobs_saved", pack.BlobsSaved);
            writer.WriteNames("blobs_lost", pack.BlobsLost.Select(blob => blob.ToString()));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public void Dispose() => _json?.Dispose();

    private static string Name(RepairPhase phase) => phase switch
    {
        RepairPhase.Index => "reading the index",
        RepairPhase.Packs => "reading packs",
        RepairPhase.Trees => "following the trees",
        _ => "removing what was replaced",
    };
}
