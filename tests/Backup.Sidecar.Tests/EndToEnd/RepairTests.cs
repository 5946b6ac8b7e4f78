using System.Text.Json;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>A repository is damaged; check says which verbs repair it, and they do.</summary>
public sealed class RepairTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task The_verbs_that_check_names_repair_a_damaged_pack()
    {
        _repository.Write("a/large", new string('x', 100_000) + Guid.NewGuid());
        _repository.Write("b/small", "text");
        string snapshot = await _repository.BackUpAsync();
        string pack = Directory.GetFiles(Path.Combine(_repository.Location, "data"), "*", SearchOption.AllDirectories)
            .MaxBy(path => new FileInfo(path).Length)!;
        byte[] content = await File.ReadAllBytesAsync(pack);
        content[10] ^= 1;
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(pack, content);

        SidecarResult check = await _repository.InProcess.RunAsync("check", "--read-data");
        string[] named = check.Errors.Split('\n').First(line => line.Contains("repair packs", StringComparison.Ordinal)).Split(' ');
        SidecarResult packs = await _repository.RunAsync("repair", "packs", "--no-copy", named[^1].Trim(), "--json");
        SidecarResult snapshots = await _repository.RunAsync("repair", "snapshots", "--forget", "--json");
        SidecarResult after = await _repository.RunAsync("check", "--read-data");

        Assert.Equal(ExitCodes.Failed, check.ExitCode);
        JsonElement repaired = Assert.Single(packs.Line("summary").GetProperty("packs").EnumerateArray());
        Assert.Equal(Path.GetFileName(pack), repaired.GetProperty("id").GetString());
        Assert.NotEqual(0, repaired.GetProperty("blobs_lost").GetArrayLength());
        Assert.Equal(snapshot, snapshots.Line("loss").GetProperty("snapshot_id").GetString());
        Assert.Equal(snapshot, snapshots.Line("snapshot_repaired").GetProperty("snapshot_id").GetString());
        Assert.True(snapshots.Line("snapshot_repaired").GetProperty("removed").GetBoolean());
        Assert.Contains("no errors were found", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_index_is_rebuilt()
    {
        _repository.Write("file", "text");
        await _repository.BackUpAsync();
        foreach (string index in Directory.GetFiles(Path.Combine(_repository.Location, "index")))
        {
            File.Delete(index);
        }

        SidecarResult dryRun = await _repository.RunAsync("repair", "index", "--dry-run");
        SidecarResult repair = await _repository.RunAsync("repair", "index");
        SidecarResult again = await _repository.RunAsync("repair", "index");

        Assert.Contains("would be added", dryRun.Output, StringComparison.Ordinal);
        Assert.Contains("packs added", repair.Output, StringComparison.Ordinal);
        Assert.Contains("nothing to do", again.Output, StringComparison.Ordinal);
        await _repository.RunAsync("check", "--read-data");
    }

    [Fact]
    public async Task A_lost_config_is_named_by_check_and_made_anew()
    {
        _repository.Write("file", "text");
        await _repository.BackUpAsync();
        File.Delete(Path.Combine(_repository.Location, "config"));

        SidecarResult check = await _repository.InProcess.RunAsync("check");
        SidecarResult repair = await _repository.RunAsync("repair", "config");
        SidecarResult again = await _repository.RunAsync("repair", "config", "--json");

        Assert.Equal(ExitCodes.Failed, check.ExitCode);
        Assert.Contains("«repair config»", check.Errors, StringComparison.Ordinal);
        Assert.Contains("a new config was written", repair.Output, StringComparison.Ordinal);
        Assert.False(again.Line("summary").GetProperty("config_saved").GetBoolean());
        await _repository.RunAsync("check", "--read-data");
    }

    [Fact]
    public async Task Where_to_keep_copies_and_to_keep_none_contradict_each_other()
    {
        await _repository.CreateAsync();

        SidecarResult result = await _repository.InProcess.RunAsync("repair", "packs", "--no-copy", "--copy-to", "/tmp", "00");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("--no-copy", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _repository.Dispose();
}
