using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backup.Sidecar.Json;

/// <summary>Writes the names of an enum as <c>camelCase</c> and takes nothing but names.</summary>
internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
