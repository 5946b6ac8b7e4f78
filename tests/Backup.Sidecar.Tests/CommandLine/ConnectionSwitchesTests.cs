using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class ConnectionSwitchesTests
{
    private readonly Dictionary<string, string> _environment = [];

    [Fact]
    public void Nothing_given_is_nothing_set()
    {
        ConnectionOptions options = Parse("snapshots");

        Assert.Null(options.UploadBytesPerSecond);
        Assert.Null(options.DownloadBytesPerSecond);
        Assert.Null(options.UserName);
        Assert.Null(options.ClientCertificateFile);
        Assert.Empty(options.CaCertificateFiles);
        Assert.Empty(options.Settings);
        Assert.False(options.InsecureTls);
    }

    [Fact]
    public void Options_are_understood_before_and_behind_the_verb()
    {
        ConnectionOptions options = Parse(
            "--limit-upload", "100", "--cacert", "a.pem", "snapshots", "--cacert", "b.pem", "--limit-download", "2048",
            "--tls-client-cert", "c.pem", "--insecure-tls", "-o", "rest.connections=8", "-o", "rclone.args=serve restic --stdio -v=2");

        Assert.Equal(100 * 1024, options.UploadBytesPerSecond);
        Assert.Equal(2048 * 1024, options.DownloadBytesPerSecond);
        Assert.Equal(["a.pem", "b.pem"], options.CaCertificateFiles.Order());
        Assert.Equal("c.pem", options.ClientCertificateFile);
        Assert.True(options.InsecureTls);
        Assert.Equal("8", options.Settings["rest.connections"]);
        Assert.Equal("serve restic --stdio -v=2", options.Settings["rclone.args"]);
    }

    [Fact]
    public void The_environment_says_the_rest()
    {
        _environment["RESTIC_REST_USERNAME"] = "restic's";
        _environment["BACKUP_REST_USERNAME"] = "ours";
        _environment["RESTIC_REST_PASSWORD"] = "secret";
        _environment["RESTIC_CACERT"] = "a.pem,b.pem";
        _environment["BACKUP_TLS_CLIENT_CERT"] = "c.pem";

        ConnectionOptions options = Parse("snapshots");

        Assert.Equal(("ours", "secret"), (options.UserName, options.Password));
        Assert.Equal(["a.pem", "b.pem"], options.CaCertificateFiles);
        Assert.Equal("c.pem", options.ClientCertificateFile);
    }

    [Theory]
    [InlineData("--limit-upload", "-1")]
    [InlineData("--option", "secret")]
    [InlineData("--option", "=secret")]
    [InlineData("-o", "a.b=secret", "-o", "a.b=secret")]
    public void Nonsense_is_refused_and_values_are_not_repeated(params string[] args)
    {
        UsageException error = Assert.Throws<UsageException>(() => Parse(["snapshots", .. args]));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    private ConnectionOptions Parse(params string[] args)
    {
        var tree = new CommandTree(new SidecarInProcess().NewSession());
        return tree.Globals.Connection.Of(tree.Parse(args), new EnvironmentSettings(_environment.GetValueOrDefault));
    }
}
