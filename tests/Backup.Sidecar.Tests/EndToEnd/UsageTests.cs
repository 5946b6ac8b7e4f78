using System.Text.Json;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>Who needs the space.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task It_is_told_by_host_by_snapshot_and_for_what_might_be_forgotten()
    {
        _repository.Write("a", new string('a', 50_000));
        string first = await _repository.BackUpAsync("--host", "web");
        _repository.Write("b", "only here");
        await _repository.BackUpAsync("--host", "db");

        JsonElement byHost = (await _repository.RunAsync("usage", "--json")).Line("summary");
        JsonElement bySnapshot = (await _repository.RunAsync("usage", "--by", "snapshot", first[..8], "--json")).Line("summary");
        SidecarResult text = await _repository.RunAsync("usage", "--host", "web");

        Assert.Equal(["db", "web"], byHost.GetProperty("owners").EnumerateArray().Select(owner => owner.GetProperty("name").GetString()));
        Assert.False(byHost.TryGetProperty("forgotten", out _));
        JsonElement web = byHost.GetProperty("owners")[1];
        Assert.True(web.GetProperty("shared_bytes").GetInt64() > 0);
        Assert.Equal(
            web.GetProperty("exclusive_bytes").GetInt64(), bySnapshot.GetProperty("forgotten").GetProperty("exclusive_bytes").GetInt64());
        Assert.Equal(0, byHost.GetProperty("space").GetProperty("bytes").GetProperty("unused").GetInt64());
        Assert.Contains("forgetting 1 snapshot and pruning would free", text.Output, StringComparison.Ordinal);
        Assert.Matches("db +1 ", text.Output);
    }

    public void Dispose() => _repository.Dispose();
}
