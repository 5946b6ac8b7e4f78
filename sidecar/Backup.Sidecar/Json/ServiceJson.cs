using System.Text.Json;
using System.Text.Json.Serialization;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Dapr.Replicas;
using Backup.Sidecar.Dapr.Sources;
using Backup.Sidecar.Endpoints;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Operations;

namespace Backup.Sidecar.Json;

/// <summary>
/// The service's documents as JSON. Members that nobody knows are refused: a misspelt <c>exclude</c> must not become a
/// backup of everything.
/// </summary>
/// <remarks>
/// Members with a default have <c>set</c>: generated code overwrites an <c>init</c> member that the JSON lacks with null or zero.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    Converters = [typeof(DurationConverter)])]
[JsonSerializable(typeof(ServiceOptions))]
[JsonSerializable(typeof(BackupJob))]
[JsonSerializable(typeof(ClaimDocument))]
[JsonSerializable(typeof(StateTurn))]
[JsonSerializable(typeof(JobRequest))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(RepositoryList))]
[JsonSerializable(typeof(RepositoryDescription))]
[JsonSerializable(typeof(PolicyList))]
[JsonSerializable(typeof(PolicyDescription))]
[JsonSerializable(typeof(SnapshotCollection))]
[JsonSerializable(typeof(SnapshotDescription))]
[JsonSerializable(typeof(ItemDescription))]
[JsonSerializable(typeof(Readiness))]
[JsonSerializable(typeof(Dictionary<string, Policy>))]
[JsonSerializable(typeof(ApplicationManifest))]
[JsonSerializable(typeof(StateManifest))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, ConfigurationItem>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class ServiceJson : JsonSerializerContext
{
    /// <summary>For configuration, where everything is text.</summary>
    public static ServiceJson OfConfiguration => field ??= new(new JsonSerializerOptions(Default.Options)
    {
        Converters = { new TextAsBooleanConverter() },
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    });

    /// <summary>For the journal, which a newer version may have written.</summary>
    public static ServiceJson OfJournal => field ??= new(new JsonSerializerOptions(Default.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    });
}
