using System.Text.Json.Serialization;
using Backup.Engine;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Jobs;

/// <summary>What to bring back, and where to. Patterns are those of restic's <c>--include</c> and <c>--exclude</c>.</summary>
internal sealed record RestoreRequest
{
    /// <summary>An id, the beginning of one, or <c>latest</c>.</summary>
    public string Snapshot { get; set; } = SnapshotPath.Latest;

    /// <summary>Which snapshots <c>latest</c> is taken from.</summary>
    public string? Host { get; init; }

    /// <summary>Likewise: all of these labels.</summary>
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>Likewise: all of these paths.</summary>
    public IReadOnlyList<string> Paths { get; set; } = [];

    /// <summary>The folder of the snapshot that becomes the target; none: its root.</summary>
    public string? Folder { get; init; }

    /// <summary>Bring keys of a state store back; then there is no target.</summary>
    public StateRestoreRequest? State { get; init; }

    /// <summary>Bring items of a configuration store back; the target, if there is no binding, is a file then.</summary>
    public ConfigurationRestoreRequest? Configuration { get; init; }

    /// <summary>Give a configured application back what it exported; then there is no target.</summary>
    public ExportRequest? Import { get; init; }

    /// <summary>An absolute path below the configured restore roots.</summary>
    public string Target { get; set; } = "";

    public IReadOnlyList<string> Include { get; set; } = [];

    public IReadOnlyList<string> Exclude { get; set; } = [];

    [JsonConverter(typeof(CamelCaseEnum<OverwriteMode>))]
    public OverwriteMode Overwrite { get; set; } = OverwriteMode.Always;

    /// <summary>Delete what is in the target but not in the snapshot.</summary>
    public bool Delete { get; init; }

    /// <summary>Read back what was written.</summary>
    public bool Verify { get; init; }

    /// <summary>Write nothing, only find out what would be done.</summary>
    public bool DryRun { get; init; }
}
