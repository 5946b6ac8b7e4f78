using Backup.Engine;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Tests.Sessions;

public sealed class ConnectionSettingsTests
{
    private static readonly RepositoryOptions Rest = new() { Location = "rest:https://host/" };

    private static readonly RepositoryOptions S3 = new() { Location = "s3:host/bucket" };

    [Fact]
    public void What_is_said_counts_before_what_is_remembered_and_both_before_the_environment()
    {
        var said = new ConnectionSettings { UploadLimit = 2048, Option = new Dictionary<string, string> { ["rest.connections"] = "8" } };
        var remembered = new ConnectionSettings
        {
            UploadLimit = 4096,
            DownloadLimit = 8192,
            CaCertificate = ["remembered.pem"],
            Option = new Dictionary<string, string> { ["rest.connections"] = "2", ["s3.region"] = "north-1" },
        };

        ConnectionOptions connection = said.Or(remembered).ApplyTo(Rest, Of(("BACKUP_CACERT", "environment.pem"), ("RESTIC_TLS_CLIENT_CERT", "client.pem")), login: null).Connection;

        Assert.Equal(2048, connection.UploadBytesPerSecond);
        Assert.Equal(8192, connection.DownloadBytesPerSecond);
        Assert.Equal(["remembered.pem"], connection.CaCertificateFiles);
        Assert.Equal("client.pem", connection.ClientCertificateFile);
        Assert.False(connection.InsecureTls);
        Assert.Equal("8", connection.Settings["rest.connections"]);
        Assert.Equal("north-1", connection.Settings["s3.region"]);
    }

    [Fact]
    public void A_login_is_user_and_password_of_a_server_and_a_key_of_a_bucket()
    {
        var login = new BackendLogin("anna", "secret");
        EnvironmentSettings environment = Of(("BACKUP_REST_USERNAME", "someone"), ("BACKUP_REST_PASSWORD", "else"));

        ConnectionOptions server = new ConnectionSettings().ApplyTo(Rest, environment, login).Connection;
        ConnectionOptions bucket = new ConnectionSettings { Option = new Dictionary<string, string> { ["s3.region"] = "x" } }.ApplyTo(S3, environment, login).Connection;
        ConnectionOptions nobody = new ConnectionSettings().ApplyTo(Rest, environment, login: null).Connection;

        Assert.Equal(("anna", "secret"), (server.UserName, server.Password));
        Assert.Equal(("anna", "secret", "x"), (bucket.Settings["s3.access-key-id"], bucket.Settings["s3.secret-access-key"], bucket.Settings["s3.region"]));
        Assert.Equal(("someone", "else"), (nobody.UserName, nobody.Password));
    }

    [Theory]
    [InlineData("/srv/backup")]
    [InlineData("rclone:drive:backup")]
    public void Other_places_take_no_login(string location)
    {
        CommandException error = Assert.Throws<CommandException>(() =>
            new ConnectionSettings().ApplyTo(new RepositoryOptions { Location = location }, Of(), new BackendLogin("anna", "secret")));

        Assert.Equal("CredentialNotUsed", error.ErrorId);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Distant_repositories_are_cached_unless_that_is_not_wanted()
    {
        EnvironmentSettings environment = Of(("BACKUP_CACHE_DIR", "/caches"));

        Assert.Equal("/caches", new ConnectionSettings().ApplyTo(Rest, environment, null).CacheFolder);
        Assert.Equal("/mine", new ConnectionSettings { CacheFolder = "/mine" }.ApplyTo(Rest, environment, null).CacheFolder);
        Assert.Null(new ConnectionSettings { NoCache = true, CacheFolder = "/mine" }.ApplyTo(Rest, environment, null).CacheFolder);
    }

    [Fact]
    public void Options_that_hold_secrets_are_known() => Assert.Equal(
        ["s3.secret-access-key"],
        new ConnectionSettings { Option = new Dictionary<string, string> { ["s3.region"] = "x", ["s3.secret-access-key"] = "y" } }.SecretOptions);

    private static EnvironmentSettings Of(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
