using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr.Bindings;

/// <summary>bindings.aws.s3: what parses as a JSON scalar is stored as its text; listings end after a thousand.</summary>
public sealed class S3Binding : ObjectBindingDouble
{
    private const int ServicePage = 1000;

    public override string Type => "bindings.aws.s3";

    /// <summary>The component's decodeBase64.</summary>
    public bool DecodeBase64 { get; init; }

    /// <summary>The component's encodeBase64.</summary>
    public bool EncodeBase64 { get; init; }

    public override IReadOnlyList<string> Operations { get; } =
        ["create", "get", "delete", "list", "presign", "bulkGet", "bulkCreate", "bulkDelete"];

    public override BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata)
    {
        const string Missing = "s3 binding error: required metadata 'key' missing";
        switch (operation)
        {
            case "create":
                string key = Name(metadata, "key");
                byte[] content = Scalar(data);
                if (IsOn(metadata, "decodeBase64", DecodeBase64))
                {
                    content = Decode(content) ?? throw new BindingFaultException("s3 binding error: uploading failed: illegal base64 data at input byte 0");
                }

                Store(key, content, metadata);
                return new BindingReply(JsonSerializer.SerializeToUtf8Bytes(new { location = "https://bucket/" + key, versionID = (string?)null }))
                {
                    Metadata = new Dictionary<string, string> { ["key"] = key },
                };
            case "get":
                byte[] found = Read(Name(metadata, "key", Missing)) ?? throw new BindingFaultException("object not found");
                return new BindingReply(IsOn(metadata, "encodeBase64", EncodeBase64) ? Encoding.ASCII.GetBytes(Convert.ToBase64String(found)) : found);
            case "delete":
                Remove(Name(metadata, "key", Missing));
                return null;
            case "list":
                return List(data.Length == 0 ? ("", 0, "") : Query(data));
            default:
                throw new BindingFaultException("the double has no " + operation);
        }
    }

    private BindingReply List((string Prefix, int MaxResults, string Marker) query)
    {
        int max = Math.Min(query.MaxResults > 0 ? query.MaxResults : ServicePage, ServicePage);
        string[] all = [.. Names.Where(name =>
            name.StartsWith(query.Prefix, StringComparison.Ordinal) && string.CompareOrdinal(name, query.Marker) > 0)];
        string[] page = all[..Math.Min(max, all.Length)];
        return new BindingReply(Encoding.UTF8.GetBytes(new JsonObject
        {
            ["Contents"] = page.Length == 0 ? null : new JsonArray([.. page.Select(JsonNode (name) => new JsonObject
            {
                ["ETag"] = "\"0\"",
                ["Key"] = name,
                ["LastModified"] = "2026-01-02T03:04:05Z",
                ["Size"] = Read(name)?.Length ?? 0,
            })]),
            ["IsTruncated"] = page.Length < all.Length,
            ["Marker"] = query.Marker,
            ["MaxKeys"] = max,
            ["NextMarker"] = null, // there is one only with a delimiter
            ["Prefix"] = query.Prefix,
        }.ToJsonString()));
    }

    private static byte[] Scalar(byte[] data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.String => Encoding.UTF8.GetBytes(document.RootElement.GetString() ?? ""),
                JsonValueKind.Number => GoJson.Encode(document.RootElement),
                JsonValueKind.True or JsonValueKind.False => Encoding.UTF8.GetBytes(document.RootElement.GetRawText()),
                JsonValueKind.Null => [],
                _ => data,
            };
        }
        catch (JsonException)
        {
            return data;
        }
    }
}
