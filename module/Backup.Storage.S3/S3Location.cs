namespace Backup.Storage.S3;

/// <summary>Which bucket of which service, and where in it.</summary>
/// <param name="Text">What stands behind <c>s3:</c>, as it was given.</param>
/// <param name="Endpoint">The service: scheme, host and port.</param>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Prefix">What the keys of all objects begin with: empty, or parts divided by slashes, without one at either end.</param>
internal sealed record S3Location(string Text, Uri Endpoint, string Bucket, string Prefix)
{
    private const string Forms = "«s3:host/bucket/prefix» or «s3:http://host:port/bucket/prefix» is expected";

    /// <summary>Reads restic's forms: <c>host/bucket/prefix</c>, the same behind <c>//</c>, and URLs.</summary>
    /// <exception cref="ArgumentException">It is none of them. The message does not repeat it: it may hold a password.</exception>
    public static S3Location Parse(string place)
    {
        bool isUrl = place.StartsWith("http:", StringComparison.Ordinal) || place.StartsWith("https:", StringComparison.Ordinal);
        string url = isUrl ? place : "https://" + (place.StartsWith("//", StringComparison.Ordinal) ? place[2..] : place);
        if (!TrySplit(url, out Uri? endpoint, out string path))
        {
            throw new ArgumentException($"The location of the S3 bucket can't be read: {Forms}.", nameof(place));
        }

        if (endpoint.UserInfo.Length > 0)
        {
            throw new ArgumentException(
                "The location of the S3 bucket has a user name or a password in it, where others see them. Give them as "
                    + "$AWS_ACCESS_KEY_ID and $AWS_SECRET_ACCESS_KEY, or in a profile.",
                nameof(place));
        }

        // Only a URL is written with escapes.
        string[] parts = [.. (isUrl ? Uri.UnescapeDataString(path) : path).Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".")];
        if (parts.Length == 0)
        {
            throw new ArgumentException($"The location names no S3 bucket: {Forms}.", nameof(place));
        }

        return parts.Contains("..")
            ? throw new ArgumentException("The location of the S3 bucket has «..» in it, which means nothing there.", nameof(place))
            : new S3Location(place, endpoint, parts[0], string.Join('/', parts[1..]));
    }

    /// <summary>The location for messages: as it was given where it makes sense, and so has no password in it.</summary>
    public static string Display(string place)
    {
        try
        {
            return Parse(place).Text;
        }
        catch (ArgumentException)
        {
            return "…"; // whoever opens it learns what is wrong
        }
    }

    /// <summary>Divides a URL by hand: the class <see cref="Uri"/> takes <c>..</c> and more out of paths.</summary>
    private static bool TrySplit(string url, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? endpoint, out string path)
    {
        int host = url.IndexOf("//", StringComparison.Ordinal) + 2;
        int slash = url.IndexOf('/', Math.Min(host, url.Length));
        path = slash < 0 ? "" : url[slash..];
        return Uri.TryCreate(slash < 0 ? url : url[..slash], UriKind.Absolute, out endpoint)
            && endpoint.Host.Length > 0
            && endpoint.AbsolutePath == "/"
            && endpoint is { Query: "", Fragment: "" };
    }
}
