using System.Text.Json.Serialization;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Jobs;

/// <summary>What a job does.</summary>
[JsonConverter(typeof(CamelCaseEnum<JobOperation>))]
internal enum JobOperation
{
    /// <summary>Makes snapshots of sources.</summary>
    Backup,

    /// <summary>Brings a snapshot, or a part of it, back.</summary>
    Restore,

    /// <summary>Looks for damage.</summary>
    Check,

    /// <summary>Removes snapshots that no rule wants to keep.</summary>
    Forget,
}
