using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Backup.TestKit.Dapr;

/// <summary>Calls of output bindings, over HTTP with re-encoded data, over gRPC with bytes as they are.</summary>
internal sealed class BindingCalls(DaprDouble dapr)
{
    public DaprReply Handle(DaprRequest request, string[] rest)
    {
        if (request.Method is not ("POST" or "PUT") || rest is not [string name])
        {
            throw DaprFaultException.NoSuchApi();
        }

        string operation;
        byte[] data;
        Dictionary<string, string> metadata = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(request.Body);
            JsonElement root = document.RootElement;
            operation = root.TryGetProperty("operation", out JsonElement found) ? found.GetString() ?? "" : "";
            data = root.TryGetProperty("data", out JsonElement given) ? GoJson.Encode(given) : "null"u8.ToArray();
            if (root.TryGetProperty("metadata", out JsonElement own) && own.ValueKind == JsonValueKind.Object)
            {
                metadata = own.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetString() ?? "");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw DaprFaultException.Malformed("failed deserializing HTTP body: " + exception.Message);
        }

        foreach (string header in new[] { "traceparent", "tracestate", "baggage" })
        {
            if (request.Headers.TryGetValue(header, out Microsoft.Extensions.Primitives.StringValues value))
            {
                metadata[header] = value.ToString();
            }
        }

        return Invoke(name, operation, data, metadata) is { } reply
            ? new DaprReply(HttpStatusCode.OK, reply.Data) { Headers = [.. reply.Metadata.Select(pair => ("metadata." + pair.Key, pair.Value))] }
            : DaprReply.Empty;
    }

    public WireBuilder Handle(WireMessage request, IHeaderDictionary headers)
    {
        Dictionary<string, string> metadata = request.Map(3);
        metadata.TryAdd("traceparent", headers.TraceParent.ToString());
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in headers.Where(header => !header.Key.StartsWith(':')))
        {
            metadata.TryAdd(name.ToLowerInvariant(), values.ToString());
        }

        return Invoke(request.Text(1), request.Text(4), request.Bytes(2), metadata) is { } reply
            ? new WireBuilder().Bytes(1, reply.Data).Map(2, reply.Metadata)
            : new WireBuilder();
    }

    private BindingReply? Invoke(string name, string operation, byte[] data, Dictionary<string, string> metadata)
    {
        if (operation.Length == 0)
        {
            throw Fault(name, "operation field is missing from request");
        }

        BindingDouble binding = dapr.Bindings.GetValueOrDefault(name) ?? throw Fault(name, $"couldn't find output binding {name}");
        if (!binding.Operations.Contains(operation))
        {
            throw Fault(name, $"binding {name} does not support operation {operation}. supported operations:{string.Join(' ', binding.Operations)}");
        }

        try
        {
            return binding.Invoke(operation, data, metadata);
        }
        catch (BindingFaultException fault)
        {
            throw Fault(name, fault.Message);
        }
    }

    private static DaprFaultException Fault(string name, string message) => new(
        HttpStatusCode.InternalServerError, GrpcCode.Internal, "ERR_INVOKE_OUTPUT_BINDING", $"error invoking output binding {name}: {message}");
}
