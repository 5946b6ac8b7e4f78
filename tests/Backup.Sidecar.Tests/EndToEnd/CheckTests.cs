using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>What a check says it has done, and the comparison with the files.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task It_says_what_it_has_verified_and_what_not()
    {
        _repository.Write("a", "1");
        await _repository.BackUpAsync();

        string structure = (await _repository.RunAsync("check")).Output;
        string everything = (await _repository.RunAsync("check", "--read-data")).Output;
        SidecarResult some = await _repository.RunAsync("check", "--read-data", "--host", "nobody", "--json");

        const string Always = "verified: keys, index, presence and size of all packs, every folder of all snapshots";
        Assert.Contains($"{Always}; not verified: the data in packs (--read-data)\n", structure, StringComparison.Ordinal);
        Assert.Contains($"{Always}, every byte of all packs\n", everything, StringComparison.Ordinal);
        Assert.EndsWith("the chosen snapshots", some.Line("summary").GetProperty("verified").GetString(), StringComparison.Ordinal);
        Assert.Equal("the data in packs, other snapshots", some.Line("summary").GetProperty("not_verified").GetString());
    }

    [Fact]
    public async Task It_tells_of_what_no_snapshot_needs()
    {
        _repository.Write("a", "1");
        await _repository.BackUpAsync();
        string complete = (await _repository.RunAsync("check")).Output;
        foreach (string snapshot in _repository.Snapshots)
        {
            File.Delete(snapshot);
        }

        string text = (await _repository.RunAsync("check")).Output;
        SidecarResult json = await _repository.RunAsync("check", "--json");

        Assert.DoesNotContain("belong", complete, StringComparison.Ordinal);
        Assert.Contains("belong to no snapshot: normal after forget", text, StringComparison.Ordinal);
        Assert.Contains("recover", text, StringComparison.Ordinal);
        Assert.True(json.Line("summary").GetProperty("unused_blobs").GetInt64() > 0);
        Assert.True(json.Line("summary").GetProperty("unused_bytes").GetInt64() > 0);
    }

    [Fact]
    public async Task Files_are_compared_with_the_snapshot()
    {
        string changed = _repository.Write("changed", "1");
        _repository.Write("same", "2");
        await _repository.BackUpAsync();
        SidecarResult equal = await _repository.RunAsync("check", "--against", _repository.Files);
        Assert.Contains("no differences were found", equal.Output, StringComparison.Ordinal);
        _repository.Write("changed", "other");
        _repository.Write("new", "3");

        SidecarResult different = (await _repository.InProcess.RunAsync("check", "--against", _repository.Files)).Expect(ExitCodes.Failed);
        SidecarResult json = (await _repository.InProcess.RunAsync("check", "--against", _repository.Files, "--json")).Expect(ExitCodes.Failed);

        Assert.Contains($"differs: {changed}\n", different.Output, StringComparison.Ordinal);
        Assert.Contains($"not in the snapshot: {_repository.Files}/new\n", different.Output, StringComparison.Ordinal);
        Assert.Contains("2 differences", different.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("same", different.Output, StringComparison.Ordinal);
        Assert.Equal(2, json.Line("comparison").GetProperty("differences").GetInt64());
        Assert.Equal(
            ["+", "M"],
            json.Lines.Where(line => line.GetProperty("message_type").GetString() == "change")
                .Select(line => line.GetProperty("modifier").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Options_of_the_comparison_want_files()
    {
        SidecarResult result = (await _repository.InProcess.RunAsync("check", "--metadata")).Expect(ExitCodes.Failed);

        Assert.Contains("--metadata makes sense with --against only", result.Errors, StringComparison.Ordinal);
    }
}
