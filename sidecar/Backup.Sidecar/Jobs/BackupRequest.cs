using System.Text.Json.Serialization;
using Backup.Engine;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Jobs;

/// <summary>What to back up, and how. Each source becomes a snapshot of its own.</summary>
internal sealed record BackupRequest
{
    public IReadOnlyList<SourceRequest> Sources { get; set; } = [];

    /// <summary>Labels of the snapshots.</summary>
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>The host that the snapshots name; none: the machine's.</summary>
    public string? Host { get; init; }

    [JsonConverter(typeof(CamelCaseEnum<BackupType>))]
    public BackupType Type { get; init; }

    /// <summary>What the application that owns the sources does meanwhile.</summary>
    [JsonConverter(typeof(CamelCaseEnum<BackupMethod>))]
    public BackupMethod Method { get; init; }

    /// <summary>The configured application that is quiesced and resumed; needed unless the method is online.</summary>
    public string? Application { get; init; }

    /// <summary>What to remove afterwards of the older snapshots of the same sources and host.</summary>
    public ForgetRequest? Retention { get; init; }

    /// <summary>What to do last: look for damage.</summary>
    public CheckRequest? Verify { get; init; }

    /// <summary>Store nothing, only count.</summary>
    public bool DryRun { get; init; }
}
