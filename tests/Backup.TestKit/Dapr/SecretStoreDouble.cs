namespace Backup.TestKit.Dapr;

/// <summary>A secret store.</summary>
public sealed class SecretStoreDouble
{
    /// <summary>The secrets: their parts by name.</summary>
    public Dictionary<string, Dictionary<string, string>> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Which secrets the configuration's scopes keep from us.</summary>
    public HashSet<string> Denied { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it answers nothing, instead of an error, for a secret that is not there.</summary>
    public bool IsSilentWhenMissing { get; init; }

    /// <summary>Such as <c>secretstores.local.file</c>.</summary>
    public string Type { get; init; } = "secretstores.local.file";
}
