using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Backup.Engine.Storage.Rest;

/// <summary>Reads a server's listing: version 2 of the protocol has names and sizes, version 1 only names.</summary>
internal static class RestListing
{
    /// <summary>The media type of version 2.</summary>
    public const string Version2 = "application/vnd.x.restic.rest.v2";

    /// <summary>The files of a listing; of one of version 1 the sizes are null. What is not named like a file is passed over.</summary>
    /// <exception cref="JsonException">It is no listing.</exception>
    public static async IAsyncEnumerable<(Digest Name, long? Size)> ReadAsync(
        Stream body, StallGuard guard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerable<JsonElement> items = JsonSerializer.DeserializeAsyncEnumerable(
            body, RestJson.Default.JsonElement, cancellationToken);
        await foreach (JsonElement item in items.ConfigureAwait(false))
        {
            guard.Moved();
            string? name = item.ValueKind switch
            {
                JsonValueKind.String => item.GetString(),
                JsonValueKind.Object when item.TryGetProperty("name", out JsonElement text) && text.ValueKind == JsonValueKind.String =>
                    text.GetString(),
                _ => throw new JsonException("An entry of the listing has no name."),
            };
            long? size = item.ValueKind == JsonValueKind.Object ? SizeOf(item) : null;
            if (Digest.TryParse(name, out Digest digest) && digest.ToString() == name)
            {
                yield return (digest, size);
            }
        }
    }

    private static long SizeOf(JsonElement item) =>
        item.TryGetProperty("size", out JsonElement number) && number.ValueKind == JsonValueKind.Number
        && number.TryGetInt64(out long size) && size >= 0
            ? size
            : throw new JsonException("An entry of the listing has no size.");
}
