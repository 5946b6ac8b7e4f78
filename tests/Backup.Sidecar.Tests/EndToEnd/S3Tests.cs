using Backup.Sidecar.CommandLine;
using Backup.TestKit.Swift;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>The command line and a real S3 service.</summary>
public sealed class S3Tests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [FactIfSwift]
    public async Task Backups_go_in_and_out_with_the_credentials_that_AWS_tools_take()
    {
        using SwiftServer swift = await SwiftServer.StartAsync();
        string location = $"s3:{swift.Endpoint}bucket/repository";
        string profiles = _repository.Combine("credentials");
        File.WriteAllText(profiles, $"[backup]\naws_access_key_id = {SwiftServer.Owner}\naws_secret_access_key = {SwiftServer.Secret}\n");
        _repository.Write("one.txt", "one");
        SidecarProcess byVariables = NewProcess(SwiftServer.Owner, SwiftServer.Secret);
        SidecarProcess byProfile = NewProcess("", "");
        byProfile["AWS_SHARED_CREDENTIALS_FILE"] = profiles;
        SidecarProcess byNothing = NewProcess("", "");
        byNothing["HOME"] = _repository.Combine("nobody's");

        SidecarResult[] results =
        [
            (await byVariables.RunAsync("backup", "--init", "-v", "-r", location, _repository.Files)).Expect(ExitCodes.Done),
            (await byProfile.RunAsync("check", "--read-data", "-r", location, "-o", "s3.profile=backup")).Expect(ExitCodes.Done),
            (await byNothing.RunAsync("snapshots", "-r", location, "-o", "s3.region=north-1")).Expect(ExitCodes.Failed),
        ];

        Assert.Contains("created repository", results[0].Output, StringComparison.Ordinal);
        Assert.Contains(location, results[0].Output, StringComparison.Ordinal);
        Assert.Contains("no errors were found", results[1].Output, StringComparison.Ordinal);
        Assert.Contains("AWS_ACCESS_KEY_ID", results[2].Errors, StringComparison.Ordinal);
        Assert.All(results, result => Assert.DoesNotContain(SwiftServer.Secret, result.Output + result.Errors, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("s3:http://me:topsecret@host/bucket", "password", "s3.region=x")]
    [InlineData("s3:host", "bucket", "s3.region=x")]
    [InlineData("s3:host/bucket", "s3.bucket-lookup", "s3.bucket-lookup=topsecret")]
    [InlineData("s3:host/bucket", "s3.unsafe-anonymous-auth", "s3.anonymous=topsecret")]
    public async Task What_makes_no_sense_is_said_and_not_repeated(string location, string named, string setting)
    {
        SidecarResult result = await _repository.InProcess.RunAsync("snapshots", "-v", "-r", location, "-o", setting);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(named, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", result.Output + result.Errors, StringComparison.Ordinal);
    }

    private SidecarProcess NewProcess(string keyId, string secret) => new()
    {
        ["BACKUP_PASSWORD_FILE"] = _repository.PasswordFile,
        ["AWS_ACCESS_KEY_ID"] = keyId,
        ["AWS_SECRET_ACCESS_KEY"] = secret,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    public void Dispose() => _repository.Dispose();
}
