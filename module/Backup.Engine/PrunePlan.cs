using System.Buffers;
using System.Text.Json;

namespace Backup.Engine;

/// <summary>What a dry run found out and a later run is to do, exactly, if the repository is the same then.</summary>
public sealed record PrunePlan
{
    private const int Version = 1;

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>The repository's id.</summary>
    public required string RepositoryId { get; init; }

    /// <summary>Stands for all snapshots, index files and packs that there were.</summary>
    public required Digest State { get; init; }

    /// <summary>Packs to remove.</summary>
    public IReadOnlyList<PackId> Remove { get; init; } = [];

    /// <summary>Packs to write anew.</summary>
    public IReadOnlyList<PackId> Repack { get; init; } = [];

    /// <summary>Packs to remove that are in no index.</summary>
    public IReadOnlyList<PackId> Unreferenced { get; init; } = [];

    /// <summary>Whether what is not compressed is compressed when it is written anew.</summary>
    public bool RepackUncompressed { get; init; }

    /// <summary>The plan as a document that people can read.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("repository", RepositoryId);
            writer.WriteString("state", State.ToString());
            writer.WriteBoolean("repack_uncompressed", RepackUncompressed);
            Write(writer, "remove", Remove);
            Write(writer, "repack", Repack);
            Write(writer, "unreferenced", Unreferenced);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads such a document.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static PrunePlan Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            return root.GetProperty("version").GetInt32() == Version
                ? new PrunePlan
                {
                    RepositoryId = root.GetProperty("repository").GetString() ?? "",
                    State = Digest.Parse(root.GetProperty("state").GetString()),
                    RepackUncompressed = root.GetProperty("repack_uncompressed").GetBoolean(),
                    Remove = Read(root, "remove"),
                    Repack = Read(root, "repack"),
                    Unreferenced = Read(root, "unreferenced"),
                }
                : throw new FormatException("The plan is of a newer version of the program.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("This is no plan of a prune. Make one with a dry run.", exception);
        }
    }

    private static void Write(Utf8JsonWriter writer, string field, IReadOnlyList<PackId> packs)
    {
        writer.WriteStartArray(field);
        foreach (PackId pack in packs)
        {
            writer.WriteStringValue(pack.ToString());
        }

        writer.WriteEndArray();
    }

    private static PackId[] Read(JsonElement root, string field) =>
        [.. root.GetProperty(field).EnumerateArray().Select(pack => new PackId(Digest.Parse(pack.GetString())))];
}
