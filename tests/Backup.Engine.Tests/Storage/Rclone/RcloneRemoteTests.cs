using Backup.Engine.Storage.Rclone;

namespace Backup.Engine.Tests.Storage.Rclone;

public sealed class RcloneRemoteTests
{
    [Theory]
    [InlineData("remote:path", "remote:path")]
    [InlineData("remote:path, with a comma", "remote:path, with a comma")]
    [InlineData("/srv/backup", "/srv/backup")]
    [InlineData(":memory:bucket", ":memory:bucket")]
    [InlineData("remote,pass=secret:path", "remote,…:path")]
    [InlineData(":s3,access_key_id=AKIA,secret_access_key=secret:bucket/x", ":s3,…:bucket/x")]
    [InlineData(":ftp,pass='se:cr,et':dir", ":ftp,…:dir")]
    [InlineData(":ftp,pass=\"se:cr'et\":dir", ":ftp,…:dir")]
    [InlineData(":ftp,pass=secret", ":ftp,…")]
    [InlineData(":ftp,pass='secret:dir", ":ftp,…")]
    public void Settings_are_not_shown(string remote, string shown) => Assert.Equal(shown, RcloneRemote.DisplayOf(remote));

    [Fact]
    public void What_rclone_says_is_shown_without_them()
    {
        const string Remote = ":s3,access_key_id=AKIA1234,secret_access_key='topsecret':bucket";

        string said = RcloneRemote.Scrub($"Failed to create file system for \"{Remote}\": topsecret is no key of AKIA1234", Remote);

        Assert.DoesNotContain("topsecret", said, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIA1234", said, StringComparison.Ordinal);
        Assert.Contains("Failed to create file system for \":s3,…:bucket\"", said, StringComparison.Ordinal);
    }
}
