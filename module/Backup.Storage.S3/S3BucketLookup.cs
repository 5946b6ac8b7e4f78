namespace Backup.Storage.S3;

/// <summary>How a request says which bucket it is about.</summary>
internal enum S3BucketLookup
{
    /// <summary>In the host's name where the service is known to take that, else in the path.</summary>
    Auto,

    /// <summary>In the host's name: <c>https://bucket.host/key</c>.</summary>
    Dns,

    /// <summary>In the path: <c>https://host/bucket/key</c>.</summary>
    Path,
}
