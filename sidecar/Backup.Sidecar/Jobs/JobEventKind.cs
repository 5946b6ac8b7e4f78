using System.Text.Json.Serialization;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Jobs;

/// <summary>What happened to a job.</summary>
[JsonConverter(typeof(CamelCaseEnum<JobEventKind>))]
internal enum JobEventKind
{
    Queued,
    Started,
    Progress,
    Completed,
    Failed,
    Cancelled,
}
