using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr.Bindings;

/// <summary>bindings.huawei.obs.</summary>
public sealed class ObsBinding : ObjectBindingDouble
{
    private const int DefaultPage = 1000;

    public override string Type => "bindings.huawei.obs";

    public override IReadOnlyList<string> Operations { get; } = ["create", "upload", "get", "delete", "list"];

    public override BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata)
    {
        const string Missing = "obs binding error: can't read key value";
        switch (operation)
        {
            case "create":
                string key = Name(metadata, "key");
                Store(key, Unquote(data), metadata);
                return new BindingReply(JsonSerializer.SerializeToUtf8Bytes(new { statusCode = 200, versionId = "" }));
            case "get":
                return new BindingReply(Read(Name(metadata, "key", Missing)) ?? throw new BindingFaultException("object not found"));
            case "delete":
                Remove(Name(metadata, "key", Missing));
                return new BindingReply(JsonSerializer.SerializeToUtf8Bytes(new { statusCode = 204, versionId = "" }));
            case "list":
                (string prefix, int max, string marker) = Query(data);
                max = Math.Min(max == 0 ? DefaultPage : max, DefaultPage);
                string[] all = [.. Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(name, marker) > 0)];
                string[] page = all[..Math.Min(max, all.Length)];
                return new BindingReply(Encoding.UTF8.GetBytes(new JsonObject
                {
                    ["Contents"] = page.Length == 0 ? null : new JsonArray([.. page.Select(JsonNode (name) => new JsonObject
                    {
                        ["Key"] = name,
                        ["Size"] = Read(name)?.Length ?? 0,
                    })]),
                    ["IsTruncated"] = page.Length < all.Length,
                    ["NextMarker"] = page.Length < all.Length ? page[^1] : "",
                }.ToJsonString()));
            default:
                throw new BindingFaultException("the double has no " + operation);
        }
    }
}
