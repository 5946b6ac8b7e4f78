using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>bindings.aws.s3: lists by prefix, a thousand at a time.</summary>
internal class S3Dialect(string nameKey) : BindingDialect
{
    private const int PageSize = 1000;

    /// <inheritdoc/>
    public override string NameKey { get; } = nameKey;

    /// <inheritdoc/>
    public override Dictionary<string, string> CreateMetadata { get; } = new() { ["decodeBase64"] = "false" };

    /// <inheritdoc/>
    public override Dictionary<string, string> GetMetadata { get; } = new() { ["encodeBase64"] = "false" };

    /// <inheritdoc/>
    public override async IAsyncEnumerable<IReadOnlyList<string>> ListAsync(
        BindingObjects objects, string folder, string prefix, bool isDeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? marker = "";
        while (marker is not null)
        {
            ReadOnlyMemory<byte> query = ListQuery.Of($"{folder}/{prefix}", PageSize, marker);
            (IReadOnlyList<string> keys, string? next) = Read(await objects.ListAsync(null, query, cancellationToken));
            yield return [.. keys.Select(LastName)];
            marker = next == marker ? null : next;
        }
    }

    /// <summary>Without a delimiter there is no marker for the next page: the last key is it.</summary>
    private static (IReadOnlyList<string> Keys, string? Next) Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            JsonElement root = document.RootElement;
            string[] keys = root.TryGetProperty("Contents", out JsonElement contents) && contents.ValueKind == JsonValueKind.Array
                ? [.. contents.EnumerateArray().Select(item => DaprJson.Text(item, "Key") ?? "")]
                : [];
            bool isTruncated = root.TryGetProperty("IsTruncated", out JsonElement truncated) && truncated.ValueKind == JsonValueKind.True;
            string? next = DaprJson.Text(root, "NextMarker") is { Length: > 0 } marker ? marker : keys.LastOrDefault();
            return (keys, isTruncated ? next : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new DaprException("A listing by a binding makes no sense.", exception);
        }
    }
}
