using System.Net;
using System.Xml.Linq;
using Amazon.S3;
using Backup.Engine;

namespace Backup.Storage.S3.Tests;

/// <summary>What is asked of a service, to the letter.</summary>
public sealed class S3RequestTests
{
    private static readonly FileHandle Pack = new(FileKind.Pack, Digest.Of("pack"u8));

    [Theory]
    [InlineData("s3.eu-west-1.amazonaws.com/bucket", "auto", "https://bucket.s3.eu-west-1.amazonaws.com/config", "eu-west-1")]
    [InlineData("s3.eu-west-1.amazonaws.com/bucket", "path", "https://s3.eu-west-1.amazonaws.com/bucket/config", "eu-west-1")]
    [InlineData("s3.eu-west-1.amazonaws.com/dotted.bucket", "auto", "https://s3.eu-west-1.amazonaws.com/dotted.bucket/config", "eu-west-1")]
    [InlineData("s3-eu-west-1.amazonaws.com/bucket", "auto", "https://bucket.s3-eu-west-1.amazonaws.com/config", "eu-west-1")]
    [InlineData("s3.dualstack.eu-west-1.amazonaws.com/bucket", "auto", "https://bucket.s3.dualstack.eu-west-1.amazonaws.com/config", "eu-west-1")]
    [InlineData("storage.googleapis.com/bucket/a b", "auto", "https://bucket.storage.googleapis.com/a%20b/config", "us-east-1")]
    [InlineData("http://minio:9000/bucket/prefix", "auto", "http://minio:9000/bucket/prefix/config", "us-east-1")]
    [InlineData("http://minio:9000/bucket/prefix", "dns", "http://bucket.minio:9000/prefix/config", "us-east-1")]
    public async Task The_bucket_stands_where_the_service_wants_it(string place, string lookup, string address, string region)
    {
        var service = new ScriptedService(request => request.Address.Query == "?location"
            ? ScriptedService.Error(HttpStatusCode.Forbidden, "AccessDenied")
            : ScriptedService.Content("content"));
        await using S3Backend backend = service.Backend(place, new S3Options { BucketLookup = Enum.Parse<S3BucketLookup>(lookup, ignoreCase: true) });

        await backend.LoadAsync(FileHandle.Config, 100, CancellationToken.None);

        Assert.Equal(address, service.Requests[^1].Address.AbsoluteUri);
        Assert.Contains($"/{region}/s3/", service.Requests[^1].Header("Authorization"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "us-east-1", "https://bucket.s3.amazonaws.com/config")]
    [InlineData("EU", "eu-west-1", "https://bucket.s3.eu-west-1.amazonaws.com/config")]
    [InlineData("ap-south-1", "ap-south-1", "https://bucket.s3.ap-south-1.amazonaws.com/config")]
    public async Task Where_the_region_is_unknown_the_service_is_asked_once(string answer, string region, string address)
    {
        var service = new ScriptedService(request => ScriptedService.Content(
            request.Address.Query == "?location" ? $"<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{answer}</LocationConstraint>" : "content"));
        await using S3Backend backend = service.Backend("s3.amazonaws.com/bucket");

        await backend.LoadAsync(FileHandle.Config, 100, CancellationToken.None);
        await backend.LoadAsync(FileHandle.Config, 100, CancellationToken.None);

        Assert.Equal(3, service.Requests.Count);
        Assert.Equal(address, service.Requests[^1].Address.AbsoluteUri);
        Assert.Contains($"/{region}/s3/", service.Requests[^1].Header("Authorization"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_sent_whole_signed_whole_and_never_over_another()
    {
        var service = new ScriptedService(_ => ScriptedService.Status(HttpStatusCode.OK));
        await using S3Backend backend = service.Backend("s3.eu-west-1.amazonaws.com/bucket");

        await backend.SaveAsync(Pack, "pack"u8.ToArray(), CancellationToken.None);

        ScriptedRequest request = Assert.Single(service.Requests); // Amazon keeps to the condition, so nobody looks before
        Assert.Equal((HttpMethod.Put, "pack"), (request.Method, request.Body));
        Assert.Equal("*", request.Header("If-None-Match"));
        Assert.Equal(Pack.Name.ToString(), request.Header("X-Amz-Content-SHA256"));
        Assert.Equal("tmW/JpCKwy7dmyrYxWfqGA==".Length, request.Header("Content-MD5")?.Length);
        Assert.Equal("4", request.Header("Content-Length"));
        Assert.Equal("application/octet-stream", request.Header("Content-Type"));
        string[] absent = ["Expect", "Transfer-Encoding", "x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-object-lock-mode", "x-amz-sdk-checksum-algorithm", "x-amz-trailer"];
        Assert.All(absent, name => Assert.Null(request.Header(name)));
    }

    [Fact]
    public async Task Class_encryption_and_retention_are_asked_for()
    {
        var service = new ScriptedService(_ => ScriptedService.Status(HttpStatusCode.OK));
        var time = new FakeTime();
        var options = new S3Options
        {
            StorageClass = S3StorageClass.StandardInfrequentAccess,
            Encryption = ServerSideEncryptionMethod.AWSKMS,
            EncryptionKeyId = "key",
            LockMode = ObjectLockMode.Compliance,
            LockTime = TimeSpan.FromDays(30),
        };
        await using S3Backend backend = service.Backend("s3.eu-west-1.amazonaws.com/bucket", options, time);

        await backend.SaveAsync(Pack, "pack"u8.ToArray(), CancellationToken.None);
        await backend.SaveAsync(Pack with { Kind = FileKind.Lock }, "lock"u8.ToArray(), CancellationToken.None);

        ScriptedRequest pack = service.Requests[0];
        Assert.Equal("STANDARD_IA", pack.Header("x-amz-storage-class"));
        Assert.Equal("aws:kms", pack.Header("x-amz-server-side-encryption"));
        Assert.Equal("key", pack.Header("x-amz-server-side-encryption-aws-kms-key-id"));
        Assert.Equal("COMPLIANCE", pack.Header("x-amz-object-lock-mode"));
        Assert.Equal(
            time.GetUtcNow().AddDays(30),
            DateTimeOffset.Parse(pack.Header("x-amz-object-lock-retain-until-date") ?? "", System.Globalization.CultureInfo.InvariantCulture),
            TimeSpan.FromSeconds(1));
        Assert.Null(service.Requests[1].Header("x-amz-object-lock-mode")); // it has to go again soon
        Assert.Equal("STANDARD_IA", service.Requests[1].Header("x-amz-storage-class"));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotImplemented, "NotImplemented")]
    public async Task A_service_that_knows_no_conditions_is_not_asked_for_them_again(HttpStatusCode status, string code)
    {
        var service = new ScriptedService(request => request switch
        {
            { Method.Method: "HEAD" } => ScriptedService.Status(HttpStatusCode.NotFound),
            _ when request.Header("If-None-Match") is not null => ScriptedService.Error(status, code),
            _ => ScriptedService.Status(HttpStatusCode.OK),
        });
        await using S3Backend backend = service.Backend("http://minio:9000/bucket", new S3Options { Region = "here" });

        await backend.SaveAsync(Pack, "pack"u8.ToArray(), CancellationToken.None);
        await backend.SaveAsync(Pack, "pack"u8.ToArray(), CancellationToken.None);

        Assert.Equal(["HEAD", "PUT", "PUT", "HEAD", "PUT"], service.Requests.Select(request => request.Method.Method));
    }

    [Theory]
    [InlineData("s3.eu-west-1.amazonaws.com/bucket", HttpStatusCode.PreconditionFailed, "PreconditionFailed")]
    [InlineData("http://minio:9000/bucket", HttpStatusCode.OK, "")]
    public async Task What_is_there_is_refused(string place, HttpStatusCode status, string code)
    {
        var service = new ScriptedService(request => request.Method == HttpMethod.Head || status == HttpStatusCode.OK
            ? ScriptedService.Status(HttpStatusCode.OK)
            : ScriptedService.Error(status, code));
        await using S3Backend backend = service.Backend(place, new S3Options { Region = "here" });

        await Assert.ThrowsAsync<BackendFileExistsException>(() => backend.SaveAsync(Pack, "pack"u8.ToArray(), CancellationToken.None));

        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task An_upload_in_parts_that_fails_leaves_no_parts()
    {
        var service = new ScriptedService(request => request.Method.Method switch
        {
            "POST" => ScriptedService.Content("<InitiateMultipartUploadResult><UploadId>the-upload</UploadId></InitiateMultipartUploadResult>"),
            "PUT" when request.Address.Query.Contains("partNumber=2", StringComparison.Ordinal) =>
                ScriptedService.Error(HttpStatusCode.ServiceUnavailable, "SlowDown"),
            "PUT" => WithTag(ScriptedService.Status(HttpStatusCode.OK)),
            _ => ScriptedService.Status(HttpStatusCode.NoContent),
        });
        await using S3Backend backend = service.Backend("s3.eu-west-1.amazonaws.com/bucket", new S3Options { PartSizeInBytes = 3 });

        BackendException error = await Assert.ThrowsAsync<BackendException>(
            () => backend.SaveAsync(Pack, "content"u8.ToArray(), CancellationToken.None));

        Assert.True(error.IsTransient);
        Assert.Equal(["POST", "PUT", "PUT", "DELETE"], service.Requests.Select(request => request.Method.Method));
        Assert.Equal(["", "con", "ten", ""], service.Requests.Select(request => request.Body));
        Assert.Contains("uploadId=the-upload", service.Requests[^1].Address.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_bucket_is_created_in_its_region_with_locks_if_they_are_wanted()
    {
        var service = new ScriptedService(request => request.Method == HttpMethod.Get
            ? ScriptedService.Error(HttpStatusCode.NotFound, "NoSuchBucket")
            : ScriptedService.Status(HttpStatusCode.OK));
        var options = new S3Options { LockMode = ObjectLockMode.Governance, LockTime = TimeSpan.FromDays(1) };
        await using S3Backend backend = service.Backend("s3.eu-central-1.amazonaws.com/bucket", options);

        await backend.CreateAsync(CancellationToken.None);

        ScriptedRequest request = service.Requests[^1];
        Assert.Equal((HttpMethod.Put, "https://bucket.s3.eu-central-1.amazonaws.com/"), (request.Method, request.Address.AbsoluteUri));
        Assert.Equal("eu-central-1", XDocument.Parse(request.Body).Descendants().Single(element => element.Name.LocalName == "LocationConstraint").Value);
        Assert.Equal("true", request.Header("x-amz-bucket-object-lock-enabled"), ignoreCase: true);
    }

    [Theory]
    [InlineData("AccessDenied", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.OK)]
    public async Task A_bucket_that_is_there_or_closed_to_looks_is_left_alone(string code, HttpStatusCode status)
    {
        var service = new ScriptedService(_ => code.Length > 0
            ? ScriptedService.Error(status, code)
            : ScriptedService.Content("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"));
        await using S3Backend backend = service.Backend("s3.eu-west-1.amazonaws.com/bucket");

        await backend.CreateAsync(CancellationToken.None);

        Assert.Equal(HttpMethod.Get, Assert.Single(service.Requests).Method);
    }

    [Fact]
    public async Task What_is_open_to_all_is_asked_without_a_signature()
    {
        var service = new ScriptedService(_ => ScriptedService.Content("content"));
        await using S3Backend backend = service.Backend("http://minio:9000/bucket", new S3Options { IsAnonymous = true });

        await backend.LoadAsync(FileHandle.Config, 100, CancellationToken.None);

        Assert.Null(Assert.Single(service.Requests).Header("Authorization"));
    }

    private static HttpResponseMessage WithTag(HttpResponseMessage response)
    {
        response.Headers.TryAddWithoutValidation("ETag", "\"tag\"");
        return response;
    }
}
