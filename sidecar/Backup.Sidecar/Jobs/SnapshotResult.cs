using Backup.Engine;

namespace Backup.Sidecar.Jobs;

/// <summary>What was counted while a snapshot was made.</summary>
internal sealed record SnapshotResult
{
    /// <summary>None: nothing was stored, as asked for.</summary>
    public string? Id { get; init; }

    public string? Parent { get; init; }

    public required string Tree { get; init; }

    public required IReadOnlyList<string> Paths { get; init; }

    public ulong FilesNew { get; init; }

    public ulong FilesChanged { get; init; }

    public ulong FilesUnmodified { get; init; }

    public ulong Files { get; init; }

    public ulong Bytes { get; init; }

    public ulong BytesAdded { get; init; }

    public ulong BytesStored { get; init; }

    public double Seconds { get; init; }

    /// <summary>Takes what the engine counted.</summary>
    public static SnapshotResult From(BackupSummary summary, IReadOnlyList<string> paths) => new()
    {
        Id = summary.Snapshot?.Id.ToString(),
        Parent = summary.Parent?.ToString(),
        Tree = summary.Tree.ToString(),
        Paths = paths,
        FilesNew = summary.Counts.FilesNew,
        FilesChanged = summary.Counts.FilesChanged,
        FilesUnmodified = summary.Counts.FilesUnmodified,
        Files = summary.Counts.TotalFilesProcessed,
        Bytes = summary.Counts.TotalBytesProcessed,
        BytesAdded = summary.Counts.DataAdded,
        BytesStored = summary.Counts.DataAddedPacked,
        Seconds = summary.Elapsed.TotalSeconds,
    };

    /// <summary>Takes what a snapshot says that is there already.</summary>
    public static SnapshotResult From(Snapshot snapshot) => new()
    {
        Id = snapshot.Id.ToString(),
        Parent = snapshot.Parent?.ToString(),
        Tree = snapshot.Tree.ToString(),
        Paths = snapshot.Paths,
        FilesNew = snapshot.Summary?.FilesNew ?? 0,
        FilesChanged = snapshot.Summary?.FilesChanged ?? 0,
        FilesUnmodified = snapshot.Summary?.FilesUnmodified ?? 0,
        Files = snapshot.Summary?.TotalFilesProcessed ?? 0,
        Bytes = snapshot.Summary?.TotalBytesProcessed ?? 0,
        BytesAdded = snapshot.Summary?.DataAdded ?? 0,
        BytesStored = snapshot.Summary?.DataAddedPacked ?? 0,
    };
}
