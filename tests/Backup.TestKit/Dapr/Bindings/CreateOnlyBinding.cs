namespace Backup.TestKit.Dapr.Bindings;

/// <summary>What can only be written to: bindings.alicloud.oss, bindings.azure.cosmosdb, bindings.aws.dynamodb …</summary>
public sealed class CreateOnlyBinding(string type = "bindings.alicloud.oss") : ObjectBindingDouble
{
    public override string Type => type;

    public override IReadOnlyList<string> Operations { get; } = ["create"];

    /// <summary>Stores what it gets with the quotes, if it has any.</summary>
    public override BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata)
    {
        Store(Name(metadata, "key"), data, metadata);
        return null;
    }
}
