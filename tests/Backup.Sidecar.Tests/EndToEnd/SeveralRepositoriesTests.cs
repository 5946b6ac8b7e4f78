using System.Text.Json;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>One backup to several repositories on one command line.</summary>
public sealed class SeveralRepositoriesTests : IDisposable
{
    private readonly SampleRepository _first = new();

    private string Second => _first.Combine("second");

    private string OtherPassword => _first.Combine("other.pw");

    public SeveralRepositoriesTests()
    {
        _first.Write("file", "text");
        File.WriteAllText(OtherPassword, "another password");
    }

    [Fact]
    public async Task It_is_stored_in_each_with_its_own_password_and_they_are_made_alike()
    {
        SidecarResult result = await RunAsync("--init", "-r", Second, "-p", _first.PasswordFile, "-p", OtherPassword);

        result.Expect(ExitCodes.Done);
        JsonElement[] repositories = RepositoriesOf(result);
        Assert.Equal([_first.Location, Second], repositories.Select(each => each.GetProperty("repository").GetString()));
        Assert.All(repositories, each => Assert.Equal("saved", each.GetProperty("status").GetString()));
        Assert.Equal(1, await CountSnapshotsAsync(OtherPassword));
    }

    [Fact]
    public async Task One_that_is_not_there_is_told_the_other_gets_its_snapshot_and_the_next_time_both_have_all()
    {
        await _first.CreateAsync();

        SidecarResult result = await RunAsync("-r", Second, "-p", _first.PasswordFile);
        SidecarResult text = await _first.InProcess.RunAsync("backup", "-r", _first.Location, "-r", Second, _first.Files);
        SidecarResult caughtUp = await RunAsync("-r", Second, "-p", _first.PasswordFile, "--init");

        result.Expect(ExitCodes.Failed);
        text.Expect(ExitCodes.Failed);
        JsonElement[] repositories = RepositoriesOf(result);
        Assert.Equal(["saved", "failed"], repositories.Select(each => each.GetProperty("status").GetString()));
        Assert.Equal("RepositoryNotFound", repositories[1].GetProperty("error_id").GetString());
        Assert.Contains($"{Second} has no snapshot of this backup", text.Errors, StringComparison.Ordinal);
        Assert.Contains($"{_first.Location}: added", text.Output, StringComparison.Ordinal);
        caughtUp.Expect(ExitCodes.Done);
        Assert.Equal(3, _first.Snapshots.Count);
        Assert.Equal(1, await CountSnapshotsAsync(_first.PasswordFile));
    }

    [Theory]
    [InlineData("given 3 times for 2 repositories", "backup", "-r", "a", "-r", "b", "-p", "1", "-p", "2", "-p", "3", "/x")]
    [InlineData("Only backup takes several", "snapshots", "-r", "a", "-r", "b")]
    [InlineData("can't both be given", "backup", "-r", "a", "-r", "b", "--repository-file", "c", "/x")]
    public async Task What_makes_no_sense_is_refused(string expected, params string[] args)
    {
        SidecarResult result = await _first.InProcess.RunAsync(args);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repositories_that_cut_differently_are_refused_with_a_way_out()
    {
        await _first.CreateAsync();
        await FolderRepository.CreateAsync(Second, SampleRepository.Password);

        SidecarResult result = await RunAsync("-r", Second, "-p", _first.PasswordFile);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("--copy-chunker-params", result.Errors, StringComparison.Ordinal);
        Assert.Empty(_first.Snapshots);
    }

    public void Dispose() => _first.Dispose();

    private Task<SidecarResult> RunAsync(params string[] options) =>
        _first.InProcess.RunAsync(["backup", "--json", "-r", _first.Location, .. options, _first.Files]);

    private static JsonElement[] RepositoriesOf(SidecarResult result) =>
        [.. result.Line("summary").GetProperty("repositories").EnumerateArray()];

    private async Task<int> CountSnapshotsAsync(string passwordFile) =>
        (await _first.InProcess.RunAsync("snapshots", "--json", "-r", Second, "-p", passwordFile)).Expect(ExitCodes.Done).Document.GetArrayLength();
}
