namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>bindings.huawei.obs: lists as S3 does; knows no options about base64.</summary>
internal sealed class ObsDialect() : S3Dialect("key")
{
    /// <inheritdoc/>
    public override Dictionary<string, string> CreateMetadata { get; } = [];

    /// <inheritdoc/>
    public override Dictionary<string, string> GetMetadata { get; } = [];

    /// <inheritdoc/>
    public override bool ListsAtOnce => false;
}
