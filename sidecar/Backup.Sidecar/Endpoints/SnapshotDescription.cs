using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Endpoints;

/// <summary>A snapshot.</summary>
internal sealed record SnapshotDescription
{
    public required string Id { get; init; }

    public required DateTimeOffset Time { get; init; }

    public string? Parent { get; init; }

    public required string Tree { get; init; }

    public required IReadOnlyList<string> Paths { get; init; }

    public required string Host { get; init; }

    public required string User { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public string? Program { get; init; }

    /// <summary>Files that were looked at; absent in snapshots of old programs.</summary>
    public ulong? Files { get; init; }

    public ulong? Bytes { get; init; }

    public ulong? BytesAdded { get; init; }

    public ulong? BytesStored { get; init; }

    public static SnapshotDescription From(Snapshot snapshot) => new()
    {
        Id = snapshot.Id.ToString(),
        Time = snapshot.Time.ToDateTimeOffset(),
        Parent = snapshot.Parent?.ToString(),
        Tree = snapshot.Tree.ToString(),
        Paths = [.. snapshot.Paths.Select(JsonFields.Text)],
        Host = snapshot.Hostname,
        User = snapshot.Username,
        Tags = snapshot.Tags,
        Program = snapshot.ProgramVersion.Length > 0 ? snapshot.ProgramVersion : null,
        Files = snapshot.Summary?.TotalFilesProcessed,
        Bytes = snapshot.Summary?.TotalBytesProcessed,
        BytesAdded = snapshot.Summary?.DataAdded,
        BytesStored = snapshot.Summary?.DataAddedPacked,
    };
}
