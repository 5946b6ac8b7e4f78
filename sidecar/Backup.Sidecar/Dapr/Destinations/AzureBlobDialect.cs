using System.Runtime.CompilerServices;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>
/// bindings.azure.blobstorage. The marker that it gives for a next page is the one that it was asked with, so a listing is asked
/// for as a whole: the component then goes on from page to page itself. All metadata of a new blob is stored with it.
/// </summary>
internal sealed class AzureBlobDialect : BindingDialect
{
    /// <inheritdoc/>
    public override string NameKey => "blobName";

    /// <inheritdoc/>
    public override async IAsyncEnumerable<IReadOnlyList<string>> ListAsync(
        BindingObjects objects, string folder, string prefix, bool isDeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> answer = await objects.ListAsync(null, ListQuery.Of($"{folder}/{prefix}", int.MaxValue), cancellationToken);
        yield return ReadArray(answer, blob => LastName(DaprJson.Text(blob, "Name")));
    }
}
