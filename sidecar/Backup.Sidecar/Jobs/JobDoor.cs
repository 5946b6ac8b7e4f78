using System.Text.Json.Serialization;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Jobs;

/// <summary>Where a job came in.</summary>
[JsonConverter(typeof(CamelCaseEnum<JobDoor>))]
internal enum JobDoor
{
    /// <summary>The REST API, be it through Dapr's service invocation.</summary>
    Rest,

    /// <summary>A policy's schedule.</summary>
    Schedule,

    /// <summary>A message of a topic.</summary>
    Event,

    /// <summary>An input binding.</summary>
    Binding,
}
