using System.Text.Json;

namespace Backup.TestKit.Dapr.Bindings;

/// <summary>bindings.azure.blobstorage: may decode all it gets, and gives back the marker that it was asked with.</summary>
public sealed class AzureBlobBinding : ObjectBindingDouble
{
    private const int ServicePage = 5000;

    public override string Type => "bindings.azure.blobstorage";

    /// <summary>The component's decodeBase64.</summary>
    public bool DecodeBase64 { get; init; }

    public override IReadOnlyList<string> Operations { get; } =
        ["create", "get", "delete", "list", "bulkGet", "bulkCreate", "bulkDelete", "presign"];

    public override BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata)
    {
        const string Missing = "blobName is a required attribute";
        switch (operation)
        {
            case "create":
                string created = Name(metadata, "blobName");
                byte[] content = Unquote(data);
                if (DecodeBase64)
                {
                    content = Decode(content) ?? throw new BindingFaultException("illegal base64 data at input byte 0");
                }

                Store(created, content, metadata);
                return new BindingReply(JsonSerializer.SerializeToUtf8Bytes(new { blobURL = "https://acct.blob/backups/" + created, blobName = created }))
                {
                    Metadata = new Dictionary<string, string> { ["blobName"] = created },
                };
            case "get":
                return new BindingReply(Read(Name(metadata, "blobName", Missing)) ?? throw new BindingFaultException("blob not found"));
            case "delete":
                return Remove(Name(metadata, "blobName", Missing)) ? null : throw new BindingFaultException("blob not found");
            case "list":
                return List(data);
            default:
                throw new BindingFaultException("the double has no " + operation);
        }
    }

    private BindingReply List(byte[] data)
    {
        (string prefix, int max, string marker) = data.Length == 0 ? ("", 0, "") : Query(data);
        max = max > 0 ? max : ServicePage;
        string[] all = [.. Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(name, marker) > 0)];

        // The service gives pages; the component asks for more until it has what was wanted, or a little more.
        int pages = 0;
        int count = 0;
        do
        {
            pages++;
            count = Math.Min(all.Length, count + Math.Min(max, ServicePage));
        }
        while (count < max && count < all.Length);

        return new BindingReply(JsonSerializer.SerializeToUtf8Bytes(all[..count].Select(name => new
        {
            Name = name,
            Properties = new { ContentLength = Read(name)?.Length ?? 0, ETag = "0x1", LastModified = "2026-01-02T03:04:05Z" },
        })))
        {
            Metadata = new Dictionary<string, string>
            {
                ["marker"] = marker,
                ["number"] = count.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["pagesTraversed"] = pages.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
    }
}
