using System.Text;
using System.Text.Json;

namespace Backup.TestKit.Dapr.Bindings;

/// <summary>bindings.gcp.bucket: lists what was asked for and no more, with no way to go on.</summary>
public sealed class GcsBinding : ObjectBindingDouble
{
    private const int DefaultPage = 1000;

    public override string Type => "bindings.gcp.bucket";

    /// <summary>What is said of an object that is not there; older SDKs have other words.</summary>
    public string MissingText { get; init; } = "object not found";

    public override IReadOnlyList<string> Operations { get; } = ["create", "get", "delete", "list", "sign", "bulkGet", "copy", "rename", "move"];

    public override BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata)
    {
        switch (operation)
        {
            case "create":
                string key = Name(metadata, "key");
                byte[] content = Unquote(data);
                if (IsOn(metadata, "decodeBase64", otherwise: false))
                {
                    content = Decode(content) ?? throw new BindingFaultException("gcp bucket binding error while uploading: illegal base64 data at input byte 0");
                }

                Store(key, content, metadata);
                return new BindingReply(JsonSerializer.SerializeToUtf8Bytes(new { objectURL = "https://storage.googleapis.com/bucket/" + key }));
            case "get":
                byte[] found = Read(Name(metadata, "key", "gcp bucket binding error: can't read key value")) ?? throw new BindingFaultException(MissingText);
                return new BindingReply(IsOn(metadata, "encodeBase64", otherwise: false) ? Encoding.ASCII.GetBytes(Convert.ToBase64String(found)) : found);
            case "delete":
                return Remove(Name(metadata, "key", "gcp bucketgcp bucket binding error: can't read key value"))
                    ? null
                    : throw new BindingFaultException(MissingText);
            case "list":
                (string prefix, int max, _) = Query(data); // no data at all does not parse
                string[] page = [.. Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Take(max == 0 ? DefaultPage : max)];
                return new BindingReply(page.Length == 0
                    ? "null"u8.ToArray()
                    : JsonSerializer.SerializeToUtf8Bytes(page.Select(name => new { Bucket = "bucket", Name = name, Size = Read(name)?.Length ?? 0, Updated = "2026-01-02T03:04:05Z" })));
            default:
                throw new BindingFaultException("the double has no " + operation);
        }
    }
}
