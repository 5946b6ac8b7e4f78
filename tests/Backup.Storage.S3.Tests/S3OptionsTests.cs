using Amazon.S3;
using Backup.Engine;

namespace Backup.Storage.S3.Tests;

public sealed class S3OptionsTests
{
    [Fact]
    public void Without_settings_nothing_is_out_of_the_ordinary()
    {
        S3Options options = Of();

        Assert.Equal(new S3Options(), options);
        Assert.Equal(5, options.Connections);
    }

    [Fact]
    public void All_settings_are_read()
    {
        S3Options options = Of(
            "connections=8", "region=north-1", "bucket-lookup=dns", "storage-class=standard_ia", "list-objects-v1=true",
            "sse=aws:kms", "sse-kms-key-id=key", "object-lock-mode=governance", "object-lock-days=30", "profile=backup",
            "access-key-id=me", "secret-access-key=secret", "session-token=token", "unsafe-anonymous-auth=false");

        var expected = new S3Options
        {
            Connections = 8,
            Region = "north-1",
            BucketLookup = S3BucketLookup.Dns,
            StorageClass = S3StorageClass.StandardInfrequentAccess,
            ListObjectsV1 = true,
            Encryption = ServerSideEncryptionMethod.AWSKMS,
            EncryptionKeyId = "key",
            LockMode = ObjectLockMode.Governance,
            LockTime = TimeSpan.FromDays(30),
            Profile = "backup",
            Credentials = ("me", "secret", "token"),
        };
        Assert.Equal(expected, options);
        Assert.True(Of("unsafe-anonymous-auth=true").IsAnonymous);
    }

    [Theory]
    [InlineData("s3.connections", "connections=0")]
    [InlineData("s3.bucket-lookup", "bucket-lookup=secret")]
    [InlineData("s3.list-objects-v1", "list-objects-v1=secret")]
    [InlineData("s3.sse", "sse=secret")]
    [InlineData("s3.sse", "sse-kms-key-id=secret")]
    [InlineData("s3.sse", "sse=AES256", "sse-kms-key-id=secret")]
    [InlineData("s3.object-lock-days", "object-lock-mode=compliance")]
    [InlineData("s3.object-lock-mode", "object-lock-days=30")]
    [InlineData("s3.object-lock-mode", "object-lock-mode=secret", "object-lock-days=30")]
    [InlineData("s3.object-lock-days", "object-lock-mode=compliance", "object-lock-days=-1")]
    [InlineData("s3.secret-access-key", "access-key-id=secret")]
    [InlineData("s3.secret-access-key", "session-token=secret")]
    [InlineData("s3.storage-class", "storage-class=DEEP_ARCHIVE")]
    [InlineData("s3.storage-class", "storage-class=glacier")]
    public void What_makes_no_sense_is_refused_and_secrets_are_not_repeated(string named, params string[] settings)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Of(settings));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message.Replace("secret-access-key", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void The_engine_knows_each_setting_that_is_read() => Assert.Equal(14, S3Storage.Kind.Settings.Distinct().Count());

    private static S3Options Of(params string[] settings) => S3Options.Of(new ConnectionOptions
    {
        Settings = settings.Select(setting => setting.Split('=', 2)).ToDictionary(parts => "s3." + parts[0], parts => parts[1]),
    });
}
