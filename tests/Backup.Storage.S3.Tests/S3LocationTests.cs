namespace Backup.Storage.S3.Tests;

public sealed class S3LocationTests
{
    [Theory]
    [InlineData("s3.amazonaws.com/bucket", "https://s3.amazonaws.com/", "bucket", "")]
    [InlineData("//s3.amazonaws.com/bucket/prefix", "https://s3.amazonaws.com/", "bucket", "prefix")]
    [InlineData("s3.amazonaws.com/bucket/a/b/", "https://s3.amazonaws.com/", "bucket", "a/b")]
    [InlineData("s3.amazonaws.com/bucket//a/./b", "https://s3.amazonaws.com/", "bucket", "a/b")]
    [InlineData("s3.amazonaws.com/bucket/a%20b/ü?#", "https://s3.amazonaws.com/", "bucket", "a%20b/ü?#")]
    [InlineData("minio:9000/bucket/anna@home", "https://minio:9000/", "bucket", "anna@home")]
    [InlineData("http://localhost:9000/bucket/a%20b/%C3%BC", "http://localhost:9000/", "bucket", "a b/ü")]
    [InlineData("https://[::1]:9000/bucket", "https://[::1]:9000/", "bucket", "")]
    public void Restic_s_forms_are_read(string place, string endpoint, string bucket, string prefix)
    {
        S3Location location = S3Location.Parse(place);

        Assert.Equal(endpoint, location.Endpoint.AbsoluteUri);
        Assert.Equal((bucket, prefix), (location.Bucket, location.Prefix));
        Assert.Equal(place, S3Location.Display(place));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bucket")]
    [InlineData("/bucket/prefix")]
    [InlineData("http://")]
    [InlineData("http:/host/bucket")]
    [InlineData("https://host")]
    [InlineData("https://host/")]
    [InlineData("https://host:port/bucket")]
    [InlineData("https://host?secret/bucket")]
    [InlineData("host/bucket/../other")]
    [InlineData("https://me:secret@host/bucket")]
    [InlineData("https://me:sec/ret@host/bucket")]
    [InlineData("me:secret@host/bucket")]
    [InlineData("me@host/bucket")]
    public void Everything_else_is_refused_and_not_repeated(string place)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => S3Location.Parse(place));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("me:", error.Message, StringComparison.Ordinal);
        Assert.Equal("…", S3Location.Display(place));
    }
}
