using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Backup.Engine;
using Backup.Engine.Storage.Rest;

namespace Backup.Storage.S3;

/// <summary>Puts objects into a bucket, each as a whole, none over another.</summary>
internal sealed class S3Writer(S3Location location, S3Options options, TimeProvider time)
{
    private const string Anything = "*";
    private const string ContentType = "application/octet-stream";
    private static readonly TimeSpan TimeToTidyUp = TimeSpan.FromSeconds(30);

    /// <summary>Whether the service has refused to look by itself whether an object is there.</summary>
    private volatile bool _knowsNoConditions;

    /// <summary>Saves an object.</summary>
    /// <returns>False if there is one of that key.</returns>
    public async Task<bool> TrySaveAsync(IAmazonS3 client, string key, FileKind kind, ReadOnlyMemory<byte> content, StallGuard guard)
    {
        // Amazon is known to keep to the condition. Others may do so, refuse it, or pass over it without a word.
        if (!S3Region.IsAmazon(location.Endpoint.Host) && await ExistsAsync(client, key, guard.Token).ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            string? condition = _knowsNoConditions ? null : Anything;
            try
            {
                await SaveAsync(client, key, kind, content, condition, guard).ConfigureAwait(false);
            }
            catch (AmazonS3Exception exception) when (condition is not null && exception.StatusCode == HttpStatusCode.NotImplemented)
            {
                await SaveAsync(client, key, kind, content, condition: null, guard).ConfigureAwait(false);
                _knowsNoConditions = true;
            }

            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> content) => MemoryMarshal.TryGetArray(content, out ArraySegment<byte> array)
        ? new MemoryStream(array.Array ?? [], array.Offset, array.Count, writable: false)
        : new MemoryStream(content.ToArray(), writable: false);

    private static EventHandler<StreamTransferProgressArgs> Moving(StallGuard guard) => (_, _) => guard.Moved();

    private static string Md5Of(ReadOnlySpan<byte> content)
    {
#pragma warning disable CA5351 // against accidents on the way, not against people: the signature does that
        return Convert.ToBase64String(MD5.HashData(content));
#pragma warning restore CA5351
    }

    private async Task<bool> ExistsAsync(IAmazonS3 client, string key, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = location.Bucket, Key = key }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false; // nor where the bucket is missing; the save itself says so
        }
    }

    private Task SaveAsync(IAmazonS3 client, string key, FileKind kind, ReadOnlyMemory<byte> content, string? condition, StallGuard guard) =>
        content.Length > options.PartSizeInBytes
            ? SaveInPartsAsync(client, key, kind, content, condition, guard)
            : SaveAtOnceAsync(client, key, kind, content, condition, guard);

    private async Task SaveAtOnceAsync(
        IAmazonS3 client, string key, FileKind kind, ReadOnlyMemory<byte> content, string? condition, StallGuard guard)
    {
        using MemoryStream stream = StreamOf(content);
        bool isLocked = IsLocked(kind);
        var request = new PutObjectRequest
        {
            BucketName = location.Bucket,
            Key = key,
            InputStream = stream,
            AutoCloseStream = false,
            ContentType = ContentType,
            UseChunkEncoding = false, // the signature holds the sum of the whole content: all services take that
            MD5Digest = Md5Of(content.Span), // where objects are locked, Amazon wants a sum besides
            IfNoneMatch = condition,
            StorageClass = options.StorageClass,
            ServerSideEncryptionMethod = options.Encryption,
            ServerSideEncryptionKeyManagementServiceKeyId = options.EncryptionKeyId,
            ObjectLockMode = isLocked ? options.LockMode : null,
            ObjectLockRetainUntilDate = isLocked ? LockedUntil : null,
            StreamTransferProgress = Moving(guard),
        };
        await client.PutObjectAsync(request, guard.Token).ConfigureAwait(false);
    }

    /// <summary>Saves a large object part by part: one that breaks off is not sent all over, and small requests pass everywhere.</summary>
    private async Task SaveInPartsAsync(
        IAmazonS3 client, string key, FileKind kind, ReadOnlyMemory<byte> content, string? condition, StallGuard guard)
    {
        bool isLocked = IsLocked(kind);
        InitiateMultipartUploadResponse upload = await client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest
            {
                BucketName = location.Bucket,
                Key = key,
                ContentType = ContentType,
                StorageClass = options.StorageClass,
                ServerSideEncryptionMethod = options.Encryption,
                ServerSideEncryptionKeyManagementServiceKeyId = options.EncryptionKeyId,
                ObjectLockMode = isLocked ? options.LockMode : null,
                ObjectLockRetainUntilDate = isLocked ? LockedUntil : null,
            },
            guard.Token).ConfigureAwait(false);
        try
        {
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = location.Bucket,
                    Key = key,
                    UploadId = upload.UploadId,
                    PartETags = await SendPartsAsync(client, key, upload.UploadId, content, guard).ConfigureAwait(false),
                    IfNoneMatch = condition,
                },
                guard.Token).ConfigureAwait(false);
        }
        catch
        {
            await TidyUpAsync(client, key, upload.UploadId).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<List<PartETag>> SendPartsAsync(
        IAmazonS3 client, string key, string uploadId, ReadOnlyMemory<byte> content, StallGuard guard)
    {
        var parts = new List<PartETag>();
        for (int offset = 0; offset < content.Length; offset += options.PartSizeInBytes)
        {
            ReadOnlyMemory<byte> part = content.Slice(offset, Math.Min(options.PartSizeInBytes, content.Length - offset));
            using MemoryStream stream = StreamOf(part);
            var request = new UploadPartRequest
            {
                BucketName = location.Bucket,
                Key = key,
                UploadId = uploadId,
                PartNumber = parts.Count + 1,
                PartSize = part.Length,
                InputStream = stream,
                UseChunkEncoding = false,
                MD5Digest = Md5Of(part.Span),
                StreamTransferProgress = Moving(guard),
            };
            UploadPartResponse response = await client.UploadPartAsync(request, guard.Token).ConfigureAwait(false);
            parts.Add(new PartETag(parts.Count + 1, response.ETag));
            guard.Moved();
        }

        return parts;
    }

    /// <summary>Has the service forget the parts of an upload that came to nothing.</summary>
    private async Task TidyUpAsync(IAmazonS3 client, string key, string uploadId)
    {
        using var patience = new CancellationTokenSource(TimeToTidyUp, time);
        try
        {
            await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = location.Bucket, Key = key, UploadId = uploadId }, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (S3Errors.IsKnown(exception))
        {
            // Nothing is lost: they take room until a rule of the bucket removes them. Why the upload failed is what counts.
        }
    }

    private DateTime LockedUntil => (time.GetUtcNow() + options.LockTime).UtcDateTime;

    /// <summary>The locks of those who work on the repository have to go when they are done.</summary>
    private bool IsLocked(FileKind kind) => options.LockMode is not null && kind != FileKind.Lock;
}
