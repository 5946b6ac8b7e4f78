using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backup.Engine.Storage.Rest;

/// <summary>How listings are read without reflection.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RestJson : JsonSerializerContext;
