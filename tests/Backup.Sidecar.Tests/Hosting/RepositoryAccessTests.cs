using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Configuration;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>A service reaches repositories as the command line does.</summary>
public sealed class RepositoryAccessTests : IDisposable
{
    private const string Check = """{"repository":"far","operation":"check"}""";

    private readonly TempFolder _folder = new();

    [FactIfRestServer]
    public async Task Certificates_credential_options_and_cache_of_the_configuration_are_used()
    {
        var certificates = TestCertificates.WriteTo(_folder);
        using ServerProcess server = await StartServerAsync(certificates);
        await InitAsync(server, certificates);
        _folder.WriteFile("login", "topsecret\n");
        var settings = new Dictionary<string, string?>
        {
            ["Backup:Repositories:far:Location"] = $"rest:https://{server.Address}/repository/",
            ["Backup:Repositories:far:Password"] = "p",
            ["Backup:Repositories:far:Credential:UserName"] = "anna",
            ["Backup:Repositories:far:Credential:PasswordFile"] = _folder.Combine("login"),
            ["Backup:Repositories:far:CaCertificates:0"] = certificates.Authority,
            ["Backup:Repositories:far:UploadLimit"] = "100000",
            ["Backup:Repositories:far:CacheFolder"] = _folder.Combine("cache"),
            ["Backup:Repositories:far:Options:Rest.Connections"] = "2",
        };
        await using RunningService service = await RunningService.StartAsync(settings);

        JsonElement backup = await service.RunAsync("""{"repository":"far","backup":{"sources":[{"payload":{"name":"a","text":"x"}}]}}""");

        Assert.Equal("succeeded", backup.GetProperty("state").GetString());
        Assert.Single(Directory.GetDirectories(_folder.Combine("cache")));
    }

    [FactIfRestServer]
    public async Task Without_them_the_job_says_what_is_missing()
    {
        var certificates = TestCertificates.WriteTo(_folder);
        using ServerProcess server = await StartServerAsync(certificates);
        var settings = new Dictionary<string, string?>
        {
            ["Backup:Repositories:far:Location"] = $"rest:https://{server.Address}/repository/",
            ["Backup:Repositories:far:Password"] = "p",
            ["Backup:Repositories:far:CaCertificates:0"] = certificates.Authority,
        };
        await using RunningService service = await RunningService.StartAsync(settings);

        JsonElement job = await service.RunAsync(Check);

        Assert.Equal("BackendAccessDenied", job.GetProperty("error").GetProperty("errorId").GetString());
    }

    [Fact]
    public async Task An_option_that_nobody_knows_is_named()
    {
        await using RunningService service = await RunningService.StartAsync(new Dictionary<string, string?>
        {
            ["Backup:Repositories:far:Location"] = "rest:http://127.0.0.1:1/",
            ["Backup:Repositories:far:Password"] = "p",
            ["Backup:Repositories:far:Options:rest.conections"] = "2",
        });

        JsonElement job = await service.RunAsync(Check);

        Assert.Contains("rest.conections", job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UploadLimit", "0", "UploadLimit")]
    [InlineData("Credential:UserName", "anna", "Credential")]
    [InlineData("Credential:Password", "s3cr3t", "Credential")]
    [InlineData("Options:s3.secret-access-key", "s3cr3t", "OptionSecrets")]
    public async Task Settings_that_make_no_sense_are_refused(string name, string value, string expected)
    {
        ConfigurationException exception = await Assert.ThrowsAsync<ConfigurationException>(() => RunningService.StartAsync(
            new Dictionary<string, string?>
            {
                [$"Backup:Repositories:main:{name}"] = value,
                ["Backup:Repositories:main:OptionSecrets:S3.Secret-Access-Key:Name"] = "a",
            }));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", exception.Message, StringComparison.Ordinal);
    }

    [FactIfRestServer]
    public async Task Options_and_environment_of_serve_are_those_of_its_repository()
    {
        var certificates = TestCertificates.WriteTo(_folder);
        using ServerProcess server = await StartServerAsync(certificates);
        await InitAsync(server, certificates);
        var sidecar = new SidecarProcess
        {
            WorkingDirectory = _folder.FullName,
            ["BACKUP_REST_USERNAME"] = "anna",
            ["BACKUP_REST_PASSWORD"] = "topsecret",
            ["BACKUP_CACHE_DIR"] = "cache",
        };
        using Process process = sidecar.Start(
            "serve", "-r", $"rest:https://{server.Address}/repository/", "-p", "password", "--data", "journal",
            "--cacert", certificates.Authority, "-o", "rest.connections=2", "--listen", "http://127.0.0.1:0", "--json");
        process.StandardInput.Close();

        string listening = await process.StandardOutput.ReadLineAsync() ?? "";
        using var client = new HttpClient { BaseAddress = AddressIn(listening) };
        using var content = new StringContent(
            """{"backup":{"sources":[{"payload":{"name":"a","text":"x"}}]}}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage accepted = await client.PostAsync("/v1/jobs", content);
        string id = JsonElement.Parse(await accepted.Content.ReadAsStringAsync()).GetProperty("id").GetString() ?? "";
        string events = await client.GetStringAsync($"/v1/jobs/{id}/events");
        string[] log = [.. (await LinesUntilAsync(process, " ended: ")).Where(line => line.Contains(" job ", StringComparison.Ordinal))];
        process.Kill();
        await process.WaitForExitAsync();

        Assert.Contains("\"state\":\"succeeded\"", events, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(_folder.Combine("cache")));
        Assert.Equal(2, log.Length); // began, ended
        Assert.All(log, line => Assert.Contains(
            JsonElement.Parse(line).GetProperty("Scopes").EnumerateArray(),
            scope => scope.TryGetProperty("JobId", out JsonElement job) && job.GetString() == id));
    }

    [Theory]
    [InlineData("--no-lock", "-r", "x")]
    [InlineData("--insecure-no-password", "-r", "x")]
    [InlineData("--verbose", "-r", "x")]
    [InlineData("--cacert", "ca.pem")]
    [InlineData("--option", "rest.connections=2")]
    [InlineData("--pack-size", "8")]
    [InlineData("--cache-dir", "x")]
    public async Task Options_that_serve_would_ignore_are_refused(params string[] args)
    {
        SidecarResult result = await new SidecarInProcess().RunAsync(["serve", .. args]);

        Assert.Contains(args[0], result.Expect(ExitCodes.Failed).Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Where the service listens, as its first line of log says in JSON.</summary>
    private static Uri AddressIn(string line) =>
        new(JsonElement.Parse(line).GetProperty("State").GetProperty("Address").GetString() ?? "");

    private static async Task<List<string>> LinesUntilAsync(Process process, string part)
    {
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.Contains(part, StringComparison.Ordinal))
            {
                break;
            }
        }

        return lines;
    }

    private async Task InitAsync(ServerProcess server, TestCertificates certificates)
    {
        var sidecar = new SidecarInProcess { ["BACKUP_REST_USERNAME"] = "anna", ["BACKUP_REST_PASSWORD"] = "topsecret" };
        SidecarResult result = await sidecar.RunAsync(
            "init", "-r", $"rest:https://{server.Address}/repository/", "-p", _folder.WriteFile("password", "p"), "--cacert", certificates.Authority, "--no-cache");
        result.Expect(ExitCodes.Done);
    }

    private Task<ServerProcess> StartServerAsync(TestCertificates certificates)
    {
        string users = _folder.WriteFile("users", $"anna:{{SHA}}{Convert.ToBase64String(SHA1.HashData("topsecret"u8))}\n");
        return RestServer.StartWithUsersAsync(
            _folder.CreateFolder("data"), "--htpasswd-file", users, "--tls", "--tls-cert", certificates.Server, "--tls-key", certificates.ServerKey);
    }
}
