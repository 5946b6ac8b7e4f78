using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

public sealed class CacheTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SidecarInProcess _sidecar = new();

    [Fact]
    public async Task Caches_are_listed_and_old_ones_removed()
    {
        _sidecar["BACKUP_CACHE_DIR"] = _folder.FullName;
        string old = _folder.CreateFolder(new string('a', 64));
        string used = _folder.CreateFolder(new string('b', 64));
        _folder.WriteFile($"{new string('b', 64)}/index/00/file", "12345");
        Directory.SetLastWriteTimeUtc(old, DateTimeOffset.UnixEpoch.AddYears(40).UtcDateTime);

        SidecarResult list = (await _sidecar.RunAsync("cache", "--json")).Expect(ExitCodes.Done);
        SidecarResult cleanup = (await _sidecar.RunAsync("cache", "--cleanup")).Expect(ExitCodes.Done);
        SidecarResult after = (await _sidecar.RunAsync("cache", "--no-size")).Expect(ExitCodes.Done);

        Assert.Equal(
            [(new string('b', 64), false), (new string('a', 64), true)],
            list.Document.EnumerateArray().Select(cache => (cache.GetProperty("repository_id").GetString(), cache.GetProperty("old").GetBoolean())));
        Assert.Equal(5, list.Document[0].GetProperty("size").GetInt64());
        Assert.Contains("removed 1", cleanup.Output, StringComparison.Ordinal);
        Assert.Contains("bbbbbbbbbb", after.Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(used));
        Assert.False(Directory.Exists(old));
    }

    [Theory]
    [InlineData("--cache-dir", "cache")]
    [InlineData("--max-age", "cache", "--cache-dir", "/x", "--max-age", "-1")]
    public async Task What_makes_no_sense_is_refused(string expected, params string[] args)
    {
        SidecarResult result = await _sidecar.RunAsync(args);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_repository_is_not_cached()
    {
        using var repository = new SampleRepository();
        repository.InProcess["BACKUP_CACHE_DIR"] = _folder.Combine("cache");
        repository.Write("file", "text");

        await repository.BackUpAsync();

        Assert.False(Directory.Exists(_folder.Combine("cache")));
    }

    public void Dispose() => _folder.Dispose();
}
