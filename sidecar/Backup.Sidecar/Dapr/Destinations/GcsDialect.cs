using System.Runtime.CompilerServices;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>bindings.gcp.bucket: lists by prefix, all at once, since there is no way to go on.</summary>
internal sealed class GcsDialect : BindingDialect
{
    /// <inheritdoc/>
    public override string NameKey => "key";

    /// <inheritdoc/>
    public override Dictionary<string, string> CreateMetadata { get; } = new() { ["decodeBase64"] = "false" };

    /// <inheritdoc/>
    public override Dictionary<string, string> GetMetadata { get; } = new() { ["encodeBase64"] = "false" };

    /// <inheritdoc/>
    public override async IAsyncEnumerable<IReadOnlyList<string>> ListAsync(
        BindingObjects objects, string folder, string prefix, bool isDeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> answer = await objects.ListAsync(null, ListQuery.Of($"{folder}/{prefix}", int.MaxValue), cancellationToken);
        yield return ReadArray(answer, item => LastName(DaprJson.Text(item, "Name")));
    }
}
