using Amazon.S3;
using Amazon.S3.Model;

namespace Backup.Storage.S3;

/// <summary>A part of a listing.</summary>
/// <param name="Objects">What is in it.</param>
/// <param name="Next">Where the next one begins; null if this is the last.</param>
internal sealed record S3ListPage(IReadOnlyList<S3Object> Objects, string? Next)
{
    /// <summary>Reads the part that follows another one.</summary>
    /// <param name="client">The client.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">What the keys have to begin with.</param>
    /// <param name="previous">The part before it; null for the first.</param>
    /// <param name="isV1">Whether by the first version of the call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<S3ListPage> LoadAsync(
        IAmazonS3 client, string bucket, string prefix, S3ListPage? previous, bool isV1, CancellationToken cancellationToken)
    {
        if (isV1)
        {
            ListObjectsResponse first = await client.ListObjectsAsync(
                new ListObjectsRequest { BucketName = bucket, Prefix = prefix, Marker = previous?.Next }, cancellationToken).ConfigureAwait(false);
            return new S3ListPage(first.S3Objects ?? [], first.IsTruncated == true ? first.NextMarker ?? first.S3Objects?[^1].Key : null);
        }

        ListObjectsV2Response second = await client.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, ContinuationToken = previous?.Next }, cancellationToken).ConfigureAwait(false);
        return new S3ListPage(second.S3Objects ?? [], second.IsTruncated == true ? second.NextContinuationToken : null);
    }
}
