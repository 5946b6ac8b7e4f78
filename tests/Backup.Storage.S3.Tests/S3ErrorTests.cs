using System.Net;
using System.Security.Authentication;
using Backup.Engine;

namespace Backup.Storage.S3.Tests;

/// <summary>What a service refuses, and what is made of it.</summary>
public sealed class S3ErrorTests
{
    private static readonly FileHandle Pack = new(FileKind.Pack, Digest.Of("pack"u8));

    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(502, "")]
    [InlineData(503, "SlowDown")]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(408, "")]
    [InlineData(400, "RequestTimeout")]
    [InlineData(400, "BadDigest")]
    [InlineData(400, "XAmzContentSHA256Mismatch")]
    [InlineData(409, "OperationAborted")]
    [InlineData(409, "ConditionalRequestConflict")]
    public async Task What_can_pass_is_temporary(int status, string code)
    {
        BackendException error = await FailAsync(status, code);

        Assert.True(error.IsTransient);
        Assert.Contains(Pack.Name.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains($"HTTP {status}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "InvalidStorageClass")]
    [InlineData(404, "NoSuchBucket")]
    [InlineData(409, "Something")]
    [InlineData(501, "NotImplemented")]
    [InlineData(403, "InvalidObjectState")]
    public async Task What_stays_is_permanent(int status, string code)
    {
        BackendException error = await FailAsync(status, code);

        Assert.False(error.IsTransient);
        Assert.Contains(code, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "AccessDenied", "may do")]
    [InlineData(403, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID")]
    [InlineData(403, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY")]
    [InlineData(403, "RequestTimeTooSkewed", "clock")]
    [InlineData(403, "ExpiredToken", "new one")]
    [InlineData(401, "Unauthorized", "may do")]
    public async Task A_refused_access_says_what_to_check(int status, string code, string advice)
    {
        BackendException error = await FailAsync(status, code);

        Assert.IsType<BackendAccessDeniedException>(error);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(507, "")]
    [InlineData(403, "QuotaExceeded")]
    [InlineData(507, "XMinioStorageFull")]
    public async Task A_full_service_is_full(int status, string code) =>
        Assert.IsType<StorageFullException>(await FailAsync(status, code));

    [Theory]
    [InlineData(400, "AuthorizationHeaderMalformed", "the region 'here' is wrong; expecting 'eu-west-1'")]
    [InlineData(301, "PermanentRedirect", "elsewhere")]
    public async Task A_wrong_region_names_the_right_one(int status, string code, string message)
    {
        BackendException error = await FailAsync(status, code, message, ("x-amz-bucket-region", status == 301 ? "eu-west-1" : null));

        Assert.False(error.IsTransient);
        Assert.Contains("‹s3.region=eu-west-1›", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_long_to_wait_is_passed_on()
    {
        BackendException error = await FailAsync(503, "SlowDown", headers: ("Retry-After", "17"));

        Assert.Equal(TimeSpan.FromSeconds(17), error.RetryAfter);
    }

    [Theory]
    [InlineData(403, "InvalidAccessKeyId")]
    [InlineData(403, "SignatureDoesNotMatch")]
    [InlineData(403, "Whatever")]
    public async Task Answers_about_who_we_are_are_not_repeated(int status, string code)
    {
        BackendException error = await FailAsync(status, code, "The key the-key-id and its string to sign …");

        Assert.DoesNotContain("the-key-id", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", $"{error}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_connection_is_temporary()
    {
        BackendException error = await FailAsync(_ => throw new HttpRequestException("broken", new IOException("Connection reset by peer")));

        Assert.True(error.IsTransient);
        Assert.Contains("Connection reset by peer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_stays_so()
    {
        BackendException error = await FailAsync(
            _ => throw new HttpRequestException("no", new AuthenticationException("The remote certificate is invalid.")));

        Assert.False(error.IsTransient);
        Assert.Contains(Remedy.CaCertificate, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_knows_no_parts_is_told_from_a_damaged_file()
    {
        var service = new ScriptedService(_ => ScriptedService.Content("the whole content"));
        await using S3Backend backend = service.Backend("s3.eu-west-1.amazonaws.com/bucket");

        BackendException error = await Assert.ThrowsAsync<BackendException>(
            () => backend.LoadRangeAsync(Pack, 4, new byte[5], CancellationToken.None));

        Assert.False(error.IsTransient);
        Assert.Contains("whole files", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_temporary()
    {
        var service = new ScriptedService(_ =>
        {
            HttpResponseMessage response = ScriptedService.Content("half of");
            response.Content.Headers.ContentLength = 14;
            return response;
        });
        await using S3Backend backend = service.Backend("s3.eu-west-1.amazonaws.com/bucket");

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => backend.LoadAsync(Pack, 100, CancellationToken.None));

        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task A_listing_of_a_missing_bucket_is_no_empty_one()
    {
        var service = new ScriptedService(_ => ScriptedService.Error(HttpStatusCode.NotFound, "NoSuchBucket"));
        await using S3Backend backend = service.Backend("s3.eu-west-1.amazonaws.com/bucket");

        await Assert.ThrowsAsync<BackendFileNotFoundException>(
            async () => await backend.ListAsync(FileKind.Pack, CancellationToken.None).CountAsync());
    }

    private static Task<BackendException> FailAsync(
        int status, string code, string message = "It said so.", params (string Name, string? Value)[] headers) => FailAsync(_ =>
        {
            HttpResponseMessage response = code.Length == 0
                ? ScriptedService.Status((HttpStatusCode)status)
                : ScriptedService.Error((HttpStatusCode)status, code, message);
            foreach ((string name, string? value) in headers.Where(header => header.Value is not null))
            {
                response.Headers.TryAddWithoutValidation(name, value);
            }

            return response;
        });

    private static async Task<BackendException> FailAsync(Func<ScriptedRequest, HttpResponseMessage> answer)
    {
        var service = new ScriptedService(answer);
        await using S3Backend backend = service.Backend("s3.eu-west-1.amazonaws.com/bucket");
        return await Assert.ThrowsAnyAsync<BackendException>(() => backend.SaveAsync(Pack, "pack"u8.ToArray(), CancellationToken.None));
    }
}
