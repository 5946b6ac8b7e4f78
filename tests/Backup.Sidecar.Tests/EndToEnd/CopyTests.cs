using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>Two repositories with different passwords on one command line.</summary>
public sealed class CopyTests : IDisposable
{
    private readonly SampleRepository _source = new();
    private readonly SampleRepository _destination = new();

    [Fact]
    public async Task Snapshots_are_copied_from_a_repository_that_options_name()
    {
        _source.Write("file", "text");
        string id = await _source.BackUpAsync();
        await _destination.CreateAsync();
        string password = NewPasswordFile();

        SidecarResult result = await _destination.RunAsync(
            "copy", "--from-repo", _source.Location, "--from-password-file", password, "--json");
        SidecarResult again = await _destination.RunAsync("copy", "--from-repo", _source.Location, "--from-password-file", password);

        Assert.Equal(id, result.Line("snapshot_copied").GetProperty("source_snapshot_id").GetString());
        Assert.Equal(1, result.Line("summary").GetProperty("snapshots_copied").GetInt32());
        Assert.Contains("0 snapshots copied, 1 already there", again.Output, StringComparison.Ordinal);
        Assert.Single(_destination.Snapshots);
    }

    [Fact]
    public async Task The_environment_names_the_source_as_restic_s_does()
    {
        _source.Write("file", "text");
        await _source.BackUpAsync();
        await _destination.CreateAsync();
        _destination.InProcess["RESTIC_FROM_REPOSITORY"] = _source.Location;
        _destination.InProcess["BACKUP_FROM_PASSWORD_FILE"] = NewPasswordFile();

        await _destination.RunAsync("copy");

        Assert.Single(_destination.Snapshots);
    }

    [Fact]
    public async Task A_replica_is_made_and_kept_up_to_date()
    {
        _source.Write("file", "text");
        string id = await _source.BackUpAsync();
        string[] replicate = ["replicate", "--from-repo", _source.Location, "--from-password-file", NewPasswordFile(), "--json"];

        await _destination.RunAsync([.. replicate, "--init"]);
        string second = await _source.BackUpAsync("--force");
        File.Delete(Path.Combine(_source.Location, "snapshots", id));
        SidecarResult result = await _destination.RunAsync([.. replicate, "--delete", "--init"]);

        Assert.Equal(id, Assert.Single(result.Line("summary").GetProperty("snapshots_removed").EnumerateArray()).GetString());
        Assert.Equal([second], _destination.Snapshots.Select(Path.GetFileName));
    }

    [Fact]
    public async Task Chunker_parameters_are_copied()
    {
        await _source.CreateAsync();

        await _destination.RunAsync(
            "init", "--copy-chunker-params", "--from-repo", _source.Location, "--from-password-file", NewPasswordFile());

        string theirs = (await _source.RunAsync("cat", "config")).Document.GetProperty("chunker_polynomial").GetString()!;
        string ours = (await _destination.RunAsync("cat", "config")).Document.GetProperty("chunker_polynomial").GetString()!;
        Assert.Equal(theirs, ours);
    }

    [Theory]
    [InlineData("--from-repo", "copy")]
    [InlineData("--copy-chunker-params", "init", "--from-repo", "/x")]
    [InlineData("can't both be given", "copy", "--from-repo", "/x", "--from-repository-file", "/y")]
    public async Task What_makes_no_sense_is_refused(string expected, params string[] args)
    {
        SidecarResult result = await _destination.InProcess.RunAsync(args);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_folders_are_recovered()
    {
        _source.Write("file", "text");
        string id = await _source.BackUpAsync();
        File.Delete(Path.Combine(_source.Location, "snapshots", id));

        SidecarResult result = await _source.RunAsync("recover", "--json");
        SidecarResult again = await _source.RunAsync("recover");

        Assert.Equal(Path.GetFileName(Assert.Single(_source.Snapshots)), result.Line("summary").GetProperty("snapshot_id").GetString());
        Assert.Contains("nothing to recover", again.Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _source.Dispose();
        _destination.Dispose();
    }

    [Fact]
    public async Task A_source_s_password_that_is_missing_is_asked_for_by_its_own_name()
    {
        await _source.CreateAsync();
        await _destination.CreateAsync();

        SidecarResult result = await _destination.InProcess.RunAsync("copy", "--from-repo", _source.Location);

        Assert.Contains("BACKUP_FROM_PASSWORD_FILE", result.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
    }

    private string NewPasswordFile()
    {
        string path = _source.Combine("from-password");
        File.WriteAllText(path, SampleRepository.Password);
        return path;
    }
}
