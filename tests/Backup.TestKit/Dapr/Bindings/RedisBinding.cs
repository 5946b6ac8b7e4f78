namespace Backup.TestKit.Dapr.Bindings;

/// <summary>bindings.redis: can't list, and answers nothing for a key that is not there.</summary>
public sealed class RedisBinding : ObjectBindingDouble
{
    public override string Type => "bindings.redis";

    public override IReadOnlyList<string> Operations { get; } = ["create", "delete", "get", "increment"];

    public override BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata)
    {
        string key = Name(metadata, "key", "redis binding: missing key in request metadata");
        switch (operation)
        {
            case "create":
                Store(key, data, metadata);
                return null;
            case "get":
                byte[] found = Read(key) ?? [];
                if (metadata.GetValueOrDefault("delete") == "true")
                {
                    Remove(key);
                }

                return new BindingReply(found);
            case "delete":
                Remove(key);
                return null;
            default:
                long count = long.TryParse(System.Text.Encoding.ASCII.GetString(Read(key) ?? []), out long number) ? number : 0;
                Write(key, System.Text.Encoding.ASCII.GetBytes((count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)));
                return null;
        }
    }
}
