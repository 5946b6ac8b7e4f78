using System.Text.Json.Serialization;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Jobs;

/// <summary>How far a job is. The last three are final.</summary>
[JsonConverter(typeof(CamelCaseEnum<JobState>))]
internal enum JobState
{
    /// <summary>Accepted and journalled; waits for a worker, or was interrupted and waits for the next start.</summary>
    Queued,

    /// <summary>A worker is at it.</summary>
    Running,

    /// <summary>Done. What a source refused to give up is in the result.</summary>
    Succeeded,

    /// <summary>Over without success; the error says why.</summary>
    Failed,

    /// <summary>Over because somebody asked for it.</summary>
    Cancelled,
}
