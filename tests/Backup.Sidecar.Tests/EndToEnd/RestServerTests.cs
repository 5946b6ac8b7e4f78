using System.Security.Cryptography;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>The command line and a real REST server: it works, and nothing secret is said.</summary>
public sealed class RestServerTests : IDisposable
{
    private const string Secret = "topsecret";

    private readonly SampleRepository _repository = new();
    private readonly string _users;

    public RestServerTests()
    {
        string hash = Convert.ToBase64String(SHA1.HashData("topsecret"u8));
        _users = _repository.Combine("users");
        File.WriteAllText(_users, $"anna:{{SHA}}{hash}\n");
    }

    [FactIfRestServer]
    public async Task Backups_go_in_and_out_and_the_password_is_never_shown()
    {
        using ServerProcess server = await RestServer.StartWithUsersAsync(_repository.Combine("data"), "--htpasswd-file", _users);
        string location = $"rest:http://anna:{Secret}@{server.Address}/repository/";
        _repository.Write("one.txt", "one");

        SidecarResult[] results =
        [
            await _repository.RunAsync("init", "--json", "-r", location),
            await _repository.RunAsync("backup", "-vv", "-r", location, _repository.Files),
            await _repository.RunAsync("check", "-v", "-r", location),
            await _repository.RunAsync("snapshots", "--json", "-r", location),
            await _repository.RunAsync("restore", "latest", "-v", "-r", location, "--target", _repository.Combine("restored")),
            await _repository.InProcess.RunAsync("init", "-r", location),
            await _repository.InProcess.RunAsync("snapshots", "--json", "-r", location.Replace(Secret, Secret + "2", StringComparison.Ordinal)),
        ];

        Assert.All(results, result => Assert.DoesNotContain(Secret, result.Output + result.Errors, StringComparison.Ordinal));
        Assert.All(results, result => Assert.DoesNotContain("anna", result.Output + result.Errors, StringComparison.Ordinal));
        Assert.Equal($"rest:http://{server.Address}/repository/", results[0].Document.GetProperty("repository").GetString());
        Assert.Contains("already", results[5].Errors, StringComparison.Ordinal);
        Assert.Contains("user name and password", results[6].Expect(ExitCodes.Failed).Errors, StringComparison.Ordinal);
    }

    [FactIfRestServer]
    public async Task The_environment_says_who_asks()
    {
        using ServerProcess server = await RestServer.StartWithUsersAsync(_repository.Combine("data"), "--htpasswd-file", _users);
        _repository.InProcess["BACKUP_REPOSITORY"] = $"rest:http://{server.Address}/repository/";
        _repository.InProcess["RESTIC_REST_USERNAME"] = "anna";
        _repository.InProcess["BACKUP_REST_PASSWORD"] = Secret;
        _repository.Write("one.txt", "one");

        SidecarResult none = await _repository.InProcess.RunAsync("snapshots");
        SidecarResult backup = await _repository.RunAsync("backup", "--init", _repository.Files);

        Assert.Equal(ExitCodes.NoRepository, none.ExitCode);
        Assert.Matches("snapshot [0-9a-f]{8} saved", backup.Output);
    }

    [Theory]
    [InlineData("rest:http://anna:topsecret#x@host/")]
    [InlineData("rest:anna:topsecret@host")]
    [InlineData("https://anna:topsecret@host/")]
    public async Task A_location_that_makes_no_sense_is_not_repeated(string location)
    {
        SidecarResult result = await _repository.InProcess.RunAsync("snapshots", "-v", "-r", location);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.DoesNotContain(Secret, result.Output + result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _repository.Dispose();
}
