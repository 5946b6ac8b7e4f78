using System.Net;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr;

/// <summary>An answer of daprd's HTTP API.</summary>
internal sealed record DaprReply(HttpStatusCode Status, byte[]? Body = null)
{
    /// <summary>204.</summary>
    public static DaprReply Empty { get; } = new(HttpStatusCode.NoContent);

    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static DaprReply Json(JsonNode node) => new(HttpStatusCode.OK, CloudEventEnvelope.Bytes(node));

    public static DaprReply Of(DaprFaultException fault) => fault.ErrorCode is null
        ? new(fault.Http, System.Text.Encoding.UTF8.GetBytes(fault.Message)) { ContentType = "text/plain; charset=utf-8" }
        : new(fault.Http, CloudEventEnvelope.Bytes(new JsonObject { ["errorCode"] = fault.ErrorCode, ["message"] = fault.Message }));
}
