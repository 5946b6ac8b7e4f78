using System.Text.Json;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>Changing tags.</summary>
public sealed class TagTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task The_lines_are_restic_s()
    {
        _repository.Write("file", "content");
        string id = await _repository.BackUpAsync("--tag", "old");

        SidecarResult result = await _repository.RunAsync("tag", "--add", "a,b", "--add", "c", "--remove", "old", "--json");

        JsonElement changed = result.Line("changed");
        Assert.Equal(id, changed.GetProperty("old_snapshot_id").GetString());
        Assert.Equal(1, result.Line("summary").GetProperty("changed_snapshots").GetInt32());
        JsonElement snapshot = Assert.Single((await _repository.RunAsync("snapshots", "--json")).Document.EnumerateArray());
        Assert.Equal(changed.GetProperty("new_snapshot_id").GetString(), snapshot.GetProperty("id").GetString());
        Assert.Equal(["a", "b", "c"], snapshot.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(id, snapshot.GetProperty("original").GetString());
    }

    [Fact]
    public async Task An_empty_tag_takes_all_away()
    {
        _repository.Write("file", "content");
        await _repository.BackUpAsync("--tag", "old");

        SidecarResult result = await _repository.RunAsync("tag", "--set", "", "latest");

        Assert.Equal("changed 1 snapshot\n", result.Output);
        Assert.False(Assert.Single((await _repository.RunAsync("snapshots", "--json")).Document.EnumerateArray()).TryGetProperty("tags", out _));
        Assert.Equal("no snapshot needs to be changed\n", (await _repository.RunAsync("tag", "--set", "")).Output);
    }

    [Theory]
    [InlineData("No tags")]
    [InlineData("either set, or added", "--set", "a", "--add", "b")]
    public async Task What_makes_no_sense_changes_nothing(string expected, params string[] args)
    {
        _repository.Write("file", "content");
        string id = await _repository.BackUpAsync();

        SidecarResult result = await _repository.InProcess.RunAsync(["tag", .. args]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Equal(id, Path.GetFileName(Assert.Single(_repository.Snapshots)));
    }

    public void Dispose() => _repository.Dispose();
}
