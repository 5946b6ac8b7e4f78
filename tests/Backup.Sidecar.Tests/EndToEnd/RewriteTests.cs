using System.Text.Json;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>Making snapshots anew.</summary>
public sealed class RewriteTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task A_file_is_taken_out_of_all_snapshots()
    {
        string[] ids = await MakeAsync();

        SidecarResult dryRun = await _repository.RunAsync("rewrite", "--exclude", "secret", "--forget", "-n", "-vv");
        SidecarResult result = await _repository.RunAsync("rewrite", "--exclude", "secret", "--forget", "--json");

        Assert.Contains($"without {_repository.Files}/secret\n", dryRun.Output, StringComparison.Ordinal);
        Assert.Contains($"would change {ids[0][..8]} of", dryRun.Output, StringComparison.Ordinal);
        Assert.Contains("\nwould change 2 snapshots\n", dryRun.Output, StringComparison.Ordinal);
        Assert.Equal(2, result.Line("summary").GetProperty("changed_snapshots").GetInt32());
        Assert.Equal(ids, result.Lines.SkipLast(1).Select(line => line.GetProperty("old_snapshot_id").GetString()));
        Assert.Equal(
            _repository.Snapshots.Select(Path.GetFileName).Order(),
            result.Lines.SkipLast(1).Select(line => line.GetProperty("new_snapshot_id").GetString()).Order());
        string listing = (await _repository.RunAsync("ls", "latest")).Output;
        Assert.Contains("/kept", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("/secret", listing, StringComparison.Ordinal);
        await _repository.RunAsync("check", "--read-data");
    }

    [Fact]
    public async Task Host_and_time_are_changed()
    {
        string[] ids = await MakeAsync();

        SidecarResult result = await _repository.RunAsync(
            "rewrite", "--new-host", "other", "--new-time", "2020-01-02 03:04:05", ids[0][..10], "--json");

        string saved = result.Line("changed").GetProperty("new_snapshot_id").GetString() ?? "";
        JsonElement snapshot = Assert.Single((await _repository.RunAsync("snapshots", saved, "--json")).Document.EnumerateArray());
        Assert.Equal("other", snapshot.GetProperty("hostname").GetString());
        Assert.StartsWith("2020-01-02T03:04:05", snapshot.GetProperty("time").GetString(), StringComparison.Ordinal);
        Assert.Equal(["rewrite"], snapshot.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(3, _repository.Snapshots.Count);
    }

    [Theory]
    [InlineData("Nothing is to be excluded")]
    [InlineData("can't be combined", "--exclude", "a", "--include", "b")]
    [InlineData("--new-time «soon»", "--new-time", "soon")]
    public async Task What_makes_no_sense_changes_nothing(string expected, params string[] args)
    {
        await MakeAsync();

        SidecarResult result = await _repository.InProcess.RunAsync(["rewrite", .. args]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, _repository.Snapshots.Count);
    }

    public void Dispose() => _repository.Dispose();

    private async Task<string[]> MakeAsync()
    {
        _repository.Write("kept", "content");
        _repository.Write("secret", "password");
        string first = await _repository.BackUpAsync("--time", "2026-01-02 03:04:05");
        return [first, await _repository.BackUpAsync("--time", "2026-01-03 03:04:05")];
    }
}
