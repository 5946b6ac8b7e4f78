using System.Text.Json.Serialization;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Jobs;

/// <summary>What configuration is restored to a file as.</summary>
[JsonConverter(typeof(CamelCaseEnum<ConfigurationFormat>))]
internal enum ConfigurationFormat
{
    /// <summary>The document that was backed up: value, version and metadata of each key.</summary>
    Json,

    /// <summary>A manifest of Kubernetes, for <c>kubectl apply</c>.</summary>
    ConfigMap,
}
