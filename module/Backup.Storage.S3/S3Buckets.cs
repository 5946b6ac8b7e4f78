using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Backup.Storage.S3;

/// <summary>Creates the bucket of a new repository.</summary>
internal sealed class S3Buckets(S3Location location, S3Options options)
{
    /// <summary>Creates the bucket where it is missing. One that we may not look at is taken to be there.</summary>
    public async Task EnsureAsync(IAmazonS3 client, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(client, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await client.PutBucketAsync(NewBucket(client), cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "BucketAlreadyOwnedByYou")
        {
            // Somebody else of us was faster.
        }
    }

    private async Task<bool> ExistsAsync(IAmazonS3 client, CancellationToken cancellationToken)
    {
        try
        {
            // By a listing: asked with HEAD, as one would, a service can't say what is wrong.
            await S3ListPage.LoadAsync(
                client, location.Bucket, location.Prefix + "/config", previous: null, options.ListObjectsV1, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "AccessDenied")
        {
            return true; // many a key may work in a bucket only; if it may not, saving says so
        }
    }

    private PutBucketRequest NewBucket(IAmazonS3 client) => new()
    {
        BucketName = location.Bucket,
        ObjectLockEnabledForBucket = options.LockMode is null ? null : true,

        // Amazon wants to hear it for all but one region; others have one and no such names.
        BucketRegionName = S3Region.IsAmazon(location.Endpoint.Host) && client.Config.AuthenticationRegion is { } region && region != S3Region.Default
            ? region
            : null,
    };
}
