using System.Net;
using System.Text.RegularExpressions;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Model;

namespace Backup.Storage.S3;

/// <summary>Finds out which region a request has to be signed for.</summary>
internal static partial class S3Region
{
    /// <summary>The one that is asked about the others, and the only one that services without regions know.</summary>
    public const string Default = "us-east-1";

    /// <summary>Whether the host is Amazon's.</summary>
    public static bool IsAmazon(string host) =>
        host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".amazonaws.com.cn", StringComparison.OrdinalIgnoreCase);

    /// <summary>The region that one of Amazon's hosts names: <c>s3.eu-west-1.amazonaws.com</c>; null for others.</summary>
    public static string? OfHost(string host)
    {
        if (!IsAmazon(host))
        {
            return null;
        }

        string label = host[..host.IndexOf(".amazonaws.", StringComparison.OrdinalIgnoreCase)].ToLowerInvariant();
        label = label[(label.LastIndexOf('.') + 1)..];
        label = label.StartsWith("s3-", StringComparison.Ordinal) ? label[3..] : label;
        return label is "s3" or "accelerate" or "external-1" ? null : label;
    }

    /// <summary>The region that an answer says a request should have been signed for; null if it says none.</summary>
    public static string? Expected(AmazonS3Exception answer)
    {
        if ((answer.InnerException as HttpErrorResponseException)?.Response?.GetHeaderValue("x-amz-bucket-region") is { Length: > 0 } region)
        {
            return region;
        }

        // «The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'»
        Match match = Expecting().Match(answer.Message ?? "");
        return match.Success ? match.Groups["region"].Value : null;
    }

    /// <summary>Asks the service where a bucket is. One that does not tell, or has no such bucket, gets the default.</summary>
    /// <param name="client">Signs for <see cref="Default"/>.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<string> AskAsync(IAmazonS3 client, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            GetBucketLocationResponse response = await client.GetBucketLocationAsync(
                new GetBucketLocationRequest { BucketName = bucket }, cancellationToken).ConfigureAwait(false);
            return response.Location?.Value switch
            {
                null or "" => Default,
                "EU" => "eu-west-1", // Amazon's name for it in its first years
                { } region => region,
            };
        }
        catch (AmazonS3Exception exception) when (Expected(exception) is { } region && exception.StatusCode < HttpStatusCode.InternalServerError)
        {
            return region; // «signed for the wrong one: it is …»
        }
        catch (AmazonS3Exception exception) when (
            exception.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests)
        {
            return Default; // the call that needs it says what is wrong
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotImplemented)
        {
            return Default;
        }
    }

    [GeneratedRegex("expecting '(?<region>[A-Za-z0-9-]+)'", RegexOptions.CultureInvariant)]
    private static partial Regex Expecting();
}
