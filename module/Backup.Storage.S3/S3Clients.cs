using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Backup.Storage.S3;

/// <summary>Makes the one client of a backend when it is needed first, for the right region. Owns the way to the service.</summary>
internal sealed class S3Clients(S3Location location, S3Options options, S3HttpClientFactory http) : IDisposable
{
    /// <summary>So many bytes are handed over at once when something is sent.</summary>
    private const int BufferSize = 128 * 1024;

    private readonly SemaphoreSlim _making = new(1);
    private volatile AmazonS3Client? _client;

    /// <summary>The client.</summary>
    public async ValueTask<IAmazonS3> GetAsync(CancellationToken cancellationToken)
    {
        if (_client is { } client)
        {
            return client;
        }

        await _making.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _client ??= Create(await FindRegionAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            _making.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        http.Dispose();
        _making.Dispose();
    }

    private async Task<string> FindRegionAsync(CancellationToken cancellationToken)
    {
        string? known = options.Region
            ?? Variable("AWS_REGION")
            ?? Variable("AWS_DEFAULT_REGION")
            ?? S3Region.OfHost(location.Endpoint.Host);
        if (known is not null || options.IsAnonymous)
        {
            return known ?? S3Region.Default; // what is not signed needs no region
        }

        using AmazonS3Client client = Create(S3Region.Default);
        return await S3Region.AskAsync(client, location.Bucket, cancellationToken).ConfigureAwait(false);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private AmazonS3Client Create(string region)
    {
        var config = new AmazonS3Config
        {
            // Amazon's common host knows the buckets of all regions, but only those of one directly.
            ServiceURL = S3Region.IsAmazon(location.Endpoint.Host) && S3Region.OfHost(location.Endpoint.Host) is null && region != S3Region.Default
                ? $"{location.Endpoint.Scheme}://s3.{region}.{(region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com")}"
                : location.Endpoint.GetLeftPart(UriPartial.Authority),
            AuthenticationRegion = region,
            ForcePathStyle = IsInPath(),
            HttpClientFactory = http,
            BufferSize = BufferSize,
            DisableLogging = true,
            LogMetrics = false,

            // The engine tries again itself, and knows when that makes sense.
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            ThrottleRetries = false,

            // Newer sums travel in trailers, which many services don't take. Requests are signed with the sum of all they send.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Profile is { } profile)
        {
            config.Profile = new Profile(profile);
        }

        return options switch
        {
            { IsAnonymous: true } => new AmazonS3Client(new AnonymousAWSCredentials(), config),
            { Credentials: { Token: { } token } given } => new AmazonS3Client(new SessionAWSCredentials(given.KeyId, given.Secret, token), config),
            { Credentials: { } given } => new AmazonS3Client(new BasicAWSCredentials(given.KeyId, given.Secret), config),
            _ => new AmazonS3Client(config),
        };
    }

    /// <summary>Services of one's own mostly have one name and no certificate for more; the large ones want the other way.</summary>
    private bool IsInPath() => options.BucketLookup switch
    {
        S3BucketLookup.Dns => false,
        S3BucketLookup.Path => true,
        _ => !IsKnownForNames(location.Endpoint.Host) || location.Bucket.Contains('.', StringComparison.Ordinal),
    };

    private static bool IsKnownForNames(string host) =>
        S3Region.IsAmazon(host)
        || host.Equals("storage.googleapis.com", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".aliyuncs.com", StringComparison.OrdinalIgnoreCase);
}
