using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr;

/// <summary>The state API over HTTP, which re-encodes what it is given.</summary>
internal sealed class StateHttp(DaprDouble dapr)
{
    public DaprReply Handle(DaprRequest request, string[] rest)
    {
        if (rest.Length == 0)
        {
            throw DaprFaultException.NoSuchApi();
        }

        StateStoreDouble store = dapr.StateStore(rest[0]);
        return (request.Method, rest[1..]) switch
        {
            ("POST" or "PUT", []) => Save(store, rest[0], request),
            ("POST" or "PUT", ["bulk"]) => Bulk(store, rest[0], request),
            ("POST" or "PUT", ["transaction"]) => Transaction(store, rest[0], request),
            ("GET", [string key]) => Get(store, dapr.FullKey(store, rest[0], key)),
            ("DELETE", [string key]) => Delete(store, rest[0], key, request),
            _ => throw DaprFaultException.NoSuchApi(),
        };
    }

    /// <summary>The alpha query: everything, whoever's it is, with prefixes cut off.</summary>
    public DaprReply Query(string name, DaprRequest request)
    {
        StateStoreDouble store = dapr.StateStore(name);
        if (!store.CanQuery)
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError, GrpcCode.Internal, "ERR_STATE_STORE_NOT_SUPPORTED", "state store does not support querying");
        }

        JsonNode query = Parse(request.Body);
        int limit = query["page"]?["limit"]?.GetValue<int>() ?? int.MaxValue;
        int start = query["page"]?["token"] is JsonValue token ? int.Parse(token.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture) : 0;
        string[] keys = [.. store.Backing.Keys.Skip(start).Take(limit)];
        if (keys.Length == 0)
        {
            return DaprReply.Empty;
        }

        var results = new JsonArray();
        foreach (string key in keys)
        {
            if (store.Get(key) is { } row)
            {
                results.Add(new JsonObject
                {
                    ["key"] = StateStoreDouble.OriginalKey(key),
                    ["data"] = JsonNode.Parse(row.Value),
                    ["etag"] = row.ETag,
                });
            }
        }

        var answer = new JsonObject { ["results"] = results };
        if (start + keys.Length < store.Backing.Keys.Count)
        {
            answer["token"] = (start + keys.Length).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return DaprReply.Json(answer);
    }

    private static DaprReply Get(StateStoreDouble store, string fullKey)
    {
        if (store.Get(fullKey) is not { } row)
        {
            return DaprReply.Empty;
        }

        var headers = row.Metadata.Select(pair => ("metadata." + pair.Key, pair.Value)).ToList();
        if (row.ETag.Length > 0)
        {
            headers.Add(("ETag", row.ETag));
        }

        return new DaprReply(HttpStatusCode.OK, row.Value) { Headers = headers };
    }

    private DaprReply Save(StateStoreDouble store, string name, DaprRequest request)
    {
        StateChange[] changes;
        using (JsonDocument document = ParseDocument(request.Body))
        {
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw DaprFaultException.Malformed("json: cannot unmarshal object into Go value of type []state.SetRequest");
            }

            changes = [.. document.RootElement.EnumerateArray().Select(item => Change(store, name, item, request.Metadata))];
        }

        Guard($"failed saving state in state store {name}", "ERR_STATE_SAVE", () => store.Save(changes));
        return DaprReply.Empty;
    }

    private DaprReply Delete(StateStoreDouble store, string name, string key, DaprRequest request)
    {
        var change = new StateChange(dapr.FullKey(store, name, key))
        {
            IsDelete = true,
            ETag = request.Headers.TryGetValue("If-Match", out Microsoft.Extensions.Primitives.StringValues etag) ? etag.ToString() : null,
            IsFirstWrite = request.Value("concurrency") == "first-write",
            IsLastWrite = request.Value("concurrency") == "last-write",
        };
        Guard($"failed deleting state with key {key}", "ERR_STATE_DELETE", () => store.Change(change));
        return DaprReply.Empty;
    }

    private DaprReply Bulk(StateStoreDouble store, string name, DaprRequest request)
    {
        JsonNode query = Parse(request.Body);
        var text = new StringBuilder("[");
        foreach (JsonNode? item in query["keys"] as JsonArray ?? [])
        {
            string key = item?.GetValue<string>() ?? "";
            text.Append(text.Length > 1 ? "," : "").Append("{\"key\":").Append(JsonSerializer.Serialize(key));
            if (store.Get(dapr.FullKey(store, name, key)) is { } row)
            {
                if (!IsJson(row.Value))
                {
                    // The encoder fails, nobody looks: the status is good and the body empty.
                    return new DaprReply(HttpStatusCode.OK, []);
                }

                using JsonDocument value = JsonDocument.Parse(row.Value);
                text.Append(",\"data\":").Append(JsonSerializer.Serialize(value.RootElement));
                text.Append(",\"etag\":").Append(JsonSerializer.Serialize(row.ETag));
                if (row.Metadata.Count > 0)
                {
                    text.Append(",\"metadata\":").Append(JsonSerializer.Serialize(row.Metadata));
                }
            }

            text.Append('}');
        }

        return new DaprReply(HttpStatusCode.OK, Encoding.UTF8.GetBytes(text.Append("]\n").ToString()));
    }

    private DaprReply Transaction(StateStoreDouble store, string name, DaprRequest request)
    {
        using JsonDocument document = ParseDocument(request.Body);
        var changes = new List<StateChange>();
        foreach (JsonElement operation in document.RootElement.GetProperty("operations").EnumerateArray())
        {
            string kind = operation.GetProperty("operation").GetString() ?? "";
            if (kind is not ("upsert" or "delete"))
            {
                throw new DaprFaultException(
                    HttpStatusCode.BadRequest, GrpcCode.Unimplemented, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {kind} not supported");
            }

            changes.Add(Change(store, name, operation.GetProperty("request"), request.Metadata) with { IsDelete = kind == "delete" });
        }

        store.Execute(changes);
        return DaprReply.Empty;
    }

    private StateChange Change(StateStoreDouble store, string name, JsonElement item, Dictionary<string, string> query)
    {
        string key = item.TryGetProperty("key", out JsonElement keyElement) ? keyElement.GetString() ?? "" : "";
        if (key.Length == 0)
        {
            throw DaprFaultException.Malformed("\"key\" is a required field");
        }

        var metadata = new Dictionary<string, string>();
        if (item.TryGetProperty("metadata", out JsonElement own) && own.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in own.EnumerateObject())
            {
                metadata[property.Name] = property.Value.GetString() ?? "";
            }
        }

        foreach ((string metadataName, string metadataValue) in query)
        {
            metadata[metadataName] = metadataValue;
        }

        string concurrency = item.TryGetProperty("options", out JsonElement options)
            && options.ValueKind == JsonValueKind.Object && options.TryGetProperty("concurrency", out JsonElement mode)
            ? mode.GetString() ?? ""
            : "";
        return new StateChange(dapr.FullKey(store, name, key))
        {
            Value = item.TryGetProperty("value", out JsonElement value) ? Encode(store, value) : "null"u8.ToArray(),
            ETag = item.TryGetProperty("etag", out JsonElement etag) ? etag.GetString() : null,
            IsFirstWrite = concurrency == "first-write",
            IsLastWrite = concurrency == "last-write",
            Ttl = StateGrpc.Ttl(metadata),
        };
    }

    private static byte[] Encode(StateStoreDouble store, JsonElement value) => store.Type is "state.redis" or "state.aws.dynamodb"
        ? GoJson.EncodeFastest(value)
        : GoJson.Encode(value);

    private static void Guard(string what, string errorCode, Action action)
    {
        try
        {
            action();
        }
        catch (StateETagException fault)
        {
            throw new DaprFaultException(
                fault.IsMismatch ? HttpStatusCode.Conflict : HttpStatusCode.BadRequest,
                fault.IsMismatch ? GrpcCode.Aborted : GrpcCode.InvalidArgument,
                errorCode,
                $"{what}: {fault.Message}");
        }
        catch (InvalidOperationException exception)
        {
            throw new DaprFaultException(HttpStatusCode.InternalServerError, GrpcCode.Internal, errorCode, $"{what}: {exception.Message}");
        }
    }

    private static bool IsJson(byte[] value)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(value);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonNode Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) ?? new JsonObject();
        }
        catch (JsonException exception)
        {
            throw DaprFaultException.Malformed("failed deserializing HTTP body: " + exception.Message);
        }
    }

    private static JsonDocument ParseDocument(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException exception)
        {
            throw DaprFaultException.Malformed(exception.Message);
        }
    }
}
