using System.Text.Json;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>Removing snapshots.</summary>
public sealed class ForgetTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task The_document_is_restic_s()
    {
        string[] ids = await MakeAsync(3);

        SidecarResult result = await _repository.RunAsync("forget", "--keep-last", "2", "--keep-daily", "1", "--json");

        JsonElement group = Assert.Single(result.Document.EnumerateArray());
        Assert.Equal("web", group.GetProperty("host").GetString());
        Assert.Equal([_repository.Files], group.GetProperty("paths").EnumerateArray().Select(path => path.GetString()));
        Assert.Equal(JsonValueKind.Null, group.GetProperty("tags").ValueKind);
        Assert.Equal([ids[2], ids[1]], Ids(group, "keep"));
        Assert.Equal([ids[0]], Ids(group, "remove"));
        JsonElement[] reasons = [.. group.GetProperty("reasons").EnumerateArray()];
        Assert.Equal(ids[2], reasons[0].GetProperty("snapshot").GetProperty("id").GetString());
        Assert.Equal(["last snapshot", "daily snapshot"], reasons[0].GetProperty("matches").EnumerateArray().Select(match => match.GetString()));
        Assert.Equal(2, _repository.Snapshots.Count);
        Assert.Empty(_repository.Locks);
    }

    [Fact]
    public async Task People_read_what_stays_and_why()
    {
        string[] ids = await MakeAsync(3);

        SidecarResult result = await _repository.RunAsync("forget", "-l", "1", "-n", "--group-by", "host", "--compact");

        Assert.Contains("keep 1 latest snapshots", result.Output, StringComparison.Ordinal);
        Assert.Contains("snapshots of host [web]:", result.Output, StringComparison.Ordinal);
        Assert.Matches($"keep 1 snapshot:\n.*Reasons.*\n-+\n{ids[2][..8]}.*last snapshot", result.Output);
        Assert.Matches($"remove 2 snapshots:\n.*\n-+\n{ids[1][..8]}", result.Output);
        Assert.Contains($"would remove 2 snapshots: {ids[1][..8]} {ids[0][..8]}", result.Output, StringComparison.Ordinal);
        Assert.Equal(3, _repository.Snapshots.Count);
    }

    [Theory]
    [InlineData("--keep-last", "unlimited")]
    [InlineData("--keep-last", "-1")]
    [InlineData("--keep-last=-1", "--keep-daily=1")]
    [InlineData("--keep-within", "1y")]
    [InlineData("--keep-within-hourly", "1h", "--keep-tag", "a,b")]
    [InlineData("-H", "unlimited")]
    public async Task All_may_be_kept(params string[] policy)
    {
        await MakeAsync(2);

        SidecarResult result = await _repository.RunAsync(["forget", .. policy]);

        Assert.Contains("nothing to remove", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, _repository.Snapshots.Count);
    }

    [Theory]
    [InlineData("No policy")]
    [InlineData("--keep-last «many»", "--keep-last", "many")]
    [InlineData("--keep-daily «-2»", "--keep-daily", "-2")]
    [InlineData("--keep-within «5w»", "--keep-within", "5w")]
    [InlineData("grouped by «year»", "--keep-last", "1", "--group-by", "year")]
    [InlineData("No snapshot would be left", "--keep-tag", "no such tag")]
    [InlineData("All snapshots", "--unsafe-allow-remove-all")]
    [InlineData("without a lock", "--keep-last", "1", "--no-lock")]
    public async Task What_can_t_be_meant_removes_nothing(string expected, params string[] args)
    {
        await MakeAsync(2);

        SidecarResult result = await _repository.InProcess.RunAsync(["forget", .. args]);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, _repository.Snapshots.Count);
    }

    [Fact]
    public async Task All_of_a_host_go_if_that_is_said()
    {
        await MakeAsync(2);
        await _repository.BackUpAsync("--host", "db");

        await _repository.RunAsync("forget", "--unsafe-allow-remove-all", "--host", "web");

        Assert.Single(_repository.Snapshots);
    }

    [Fact]
    public async Task Snapshots_that_are_named_go_whatever_the_environment_s_host()
    {
        string[] ids = await MakeAsync(2);
        _repository.InProcess["BACKUP_HOST"] = "other";

        SidecarResult result = await _repository.RunAsync("forget", ids[0][..12], "--json");

        Assert.Equal([ids[0]], Ids(Assert.Single(result.Document.EnumerateArray()), "remove"));
        Assert.Equal(ids[1], Path.GetFileName(Assert.Single(_repository.Snapshots)));
    }

    public void Dispose() => _repository.Dispose();

    private static IEnumerable<string?> Ids(JsonElement group, string field) =>
        group.GetProperty(field).EnumerateArray().Select(snapshot => snapshot.GetProperty("id").GetString());

    /// <summary>Makes snapshots of one hour of one day, a minute after another.</summary>
    private async Task<string[]> MakeAsync(int count)
    {
        var ids = new List<string>();
        _repository.Write("file", "content");
        for (int i = 0; i < count; i++)
        {
            ids.Add(await _repository.BackUpAsync("--host", "web", "--time", $"2026-01-02 03:{i:00}:00"));
        }

        return [.. ids];
    }
}
