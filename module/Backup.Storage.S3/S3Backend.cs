using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Backup.Engine;
using Backup.Engine.Storage;
using Backup.Engine.Storage.Rest;

namespace Backup.Storage.S3;

/// <summary>Keeps a repository in a bucket, with the keys that restic uses.</summary>
internal sealed class S3Backend : IBackend
{
    /// <summary>How long nothing may move in a call.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _bucket;
    private readonly S3Options _options;
    private readonly TimeProvider _time;
    private readonly S3Layout _layout;
    private readonly S3Clients _clients;
    private readonly S3Buckets _buckets;
    private readonly S3Writer _writer;

    /// <summary>A backend that has not connected yet.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="options">How it is used.</param>
    /// <param name="http">The way there, disposed with the backend.</param>
    /// <param name="time">The clock.</param>
    public S3Backend(S3Location location, S3Options options, S3HttpClientFactory http, TimeProvider time)
    {
        Location = "s3:" + location.Text;
        _bucket = location.Bucket;
        _options = options;
        _time = time;
        _layout = new S3Layout(location.Prefix);
        _clients = new S3Clients(location, options, http);
        _buckets = new S3Buckets(location, options);
        _writer = new S3Writer(location, options, time);
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public int Connections => _options.Connections;

    /// <summary>Creates the bucket where it is missing.</summary>
    public Task CreateAsync(CancellationToken cancellationToken) => RunAsync(
        "created",
        FileHandle.Config,
        async (client, guard) =>
        {
            await _buckets.EnsureAsync(client, guard.Token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => RunAsync(
        "saved",
        file,
        async (client, guard) => await _writer.TrySaveAsync(client, _layout.KeyOf(file), file.Kind, content, guard).ConfigureAwait(false)
            ? true
            : throw BackendErrors.Exists(file, Location),
        cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken) => RunAsync(
        "read",
        file,
        async (client, guard) =>
        {
            using GetObjectResponse response = await client.GetObjectAsync(
                new GetObjectRequest { BucketName = _bucket, Key = _layout.KeyOf(file) }, guard.Token).ConfigureAwait(false);
            BackendErrors.ThrowIfLonger(file, response.ContentLength, maxLength);
            byte[] content = GC.AllocateUninitializedArray<byte>((int)response.ContentLength);
            await ReadExactlyAsync(response.ResponseStream, content, guard).ConfigureAwait(false);
            return content;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (destination.Length > 0 && offset <= long.MaxValue - destination.Length && await RunAsync(
            "read", file, (client, guard) => TryLoadRangeAsync(client, file, offset, destination, guard), cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        // Such a range can't be asked for, or was refused.
        long size = await GetSizeAsync(file, cancellationToken).ConfigureAwait(false);
        BackendErrors.ThrowIfRangeOutside(file, size, offset, destination.Length);
        if (destination.Length > 0)
        {
            throw new BackendException(
                $"The service of {Location} does not give a part of the file {file} that is there.", isTransient: true);
        }
    }

    /// <inheritdoc/>
    public Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken) => RunAsync(
        "looked at",
        file,
        async (client, guard) =>
        {
            GetObjectMetadataResponse response = await client.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = _bucket, Key = _layout.KeyOf(file) }, guard.Token).ConfigureAwait(false);
            return response.ContentLength;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendFile> ListAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (kind == FileKind.Config)
        {
            if (await TryGetConfigSizeAsync(cancellationToken).ConfigureAwait(false) is { } size)
            {
                yield return new BackendFile(FileHandle.Config, size);
            }

            yield break;
        }

        S3ListPage? page = null;
        do
        {
            page = await RunAsync(
                "listed",
                new FileHandle(kind, default),
                (client, guard) => S3ListPage.LoadAsync(client, _bucket, _layout.FolderOf(kind), page, _options.ListObjectsV1, guard.Token),
                cancellationToken).ConfigureAwait(false);
            foreach (S3Object item in page.Objects)
            {
                if (_layout.HandleOf(kind, item.Key) is { } file)
                {
                    yield return new BackendFile(file, item.Size ?? 0);
                }
            }
        }
        while (page.Next is not null);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(FileHandle file, CancellationToken cancellationToken) => RunAsync(
        "removed",
        file,
        async (client, guard) =>
        {
            try
            {
                await client.DeleteObjectAsync(
                    new DeleteObjectRequest { BucketName = _bucket, Key = _layout.KeyOf(file) }, guard.Token).ConfigureAwait(false);
            }
            catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchKey")
            {
                // Amazon calls that a success; some others don't.
            }

            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _clients.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task ReadExactlyAsync(Stream body, Memory<byte> destination, StallGuard guard)
    {
        while (!destination.IsEmpty)
        {
            int read = await body.ReadAsync(destination, guard.Token).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException("The answer ended before the file did.");
            }

            guard.Moved();
            destination = destination[read..];
        }
    }

    /// <summary>Reads a part.</summary>
    /// <returns>False if the file ends before the part does.</returns>
    private async Task<bool> TryLoadRangeAsync(IAmazonS3 client, FileHandle file, long offset, Memory<byte> destination, StallGuard guard)
    {
        var request = new GetObjectRequest
        {
            BucketName = _bucket,
            Key = _layout.KeyOf(file),
            ByteRange = new ByteRange(offset, offset + destination.Length - 1),
        };
        try
        {
            using GetObjectResponse response = await client.GetObjectAsync(request, guard.Token).ConfigureAwait(false);
            if (response.HttpStatusCode != HttpStatusCode.PartialContent && (offset > 0 || response.ContentLength > destination.Length))
            {
                throw new BackendException(
                    $"{Location} sends whole files where parts are asked for. Is it an S3 service, and nothing else in between?",
                    isTransient: false);
            }

            if (response.ContentLength < destination.Length)
            {
                return false;
            }

            await ReadExactlyAsync(response.ResponseStream, destination, guard).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return false;
        }
    }

    private async Task<long?> TryGetConfigSizeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await GetSizeAsync(FileHandle.Config, cancellationToken).ConfigureAwait(false);
        }
        catch (BackendFileNotFoundException)
        {
            return null;
        }
    }

    private async Task<T> RunAsync<T>(
        string action, FileHandle file, Func<IAmazonS3, StallGuard, Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var guard = new StallGuard(Patience, _time, cancellationToken);
        try
        {
            IAmazonS3 client = await _clients.GetAsync(guard.Token).ConfigureAwait(false);
            return await call(client, guard).ConfigureAwait(false);
        }
        catch (Exception exception) when (S3Errors.IsKnown(exception))
        {
            cancellationToken.ThrowIfCancellationRequested(); // which also shows as a connection that broke off
            throw S3Errors.Translate(exception, action, file, Location);
        }
    }
}
