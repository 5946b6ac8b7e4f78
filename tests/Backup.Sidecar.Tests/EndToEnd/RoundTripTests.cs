using System.Text.Json;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>What goes in comes out, through each of the verbs.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task The_program_itself_backs_up_and_restores()
    {
        _repository.Write("a/one.txt", "one");
        _repository.Write("two.txt", "two");

        SidecarResult init = await _repository.Process.RunAsync("init");
        SidecarResult backup = await _repository.Process.RunAsync("backup", _repository.Files);
        SidecarResult restore = await _repository.Process.RunAsync(
            "restore", $"latest:{_repository.Files}", "--target", _repository.Combine("restored"), "--verify");

        Assert.Contains("created repository", init.Expect(ExitCodes.Done).Output, StringComparison.Ordinal);
        Assert.Matches("snapshot [0-9a-f]{8} saved", backup.Expect(ExitCodes.Done).Output);
        Assert.Contains("restored 2 files", restore.Expect(ExitCodes.Done).Output, StringComparison.Ordinal);
        Assert.Equal("one", File.ReadAllText(_repository.Combine("restored/a/one.txt")));
        Assert.Equal("two", File.ReadAllText(_repository.Combine("restored/two.txt")));
        Assert.Empty(init.Errors + backup.Errors + restore.Errors);
    }

    [Fact]
    public async Task A_backup_creates_its_repository_when_it_may()
    {
        _repository.Write("one.txt", "one");

        SidecarResult mayNot = await _repository.InProcess.RunAsync("backup", _repository.Files);
        SidecarResult may = await _repository.InProcess.RunAsync("backup", "--init", "--json", _repository.Files);

        Assert.Equal(ExitCodes.NoRepository, mayNot.ExitCode);
        Assert.Equal(["initialized", "summary"], may.Expect(ExitCodes.Done).Lines.Select(MessageType).Where(type => type != "status"));

        static string? MessageType(JsonElement line) => line.GetProperty("message_type").GetString();
    }

    [Fact]
    public async Task Steps_tell_what_was_transferred()
    {
        _repository.Write("one.txt", "one");
        await _repository.CreateAsync();

        SidecarResult result = await _repository.RunAsync("backup", "--verbose", _repository.Files);

        Assert.Matches(@"transferred: \d+ saves, [0-9.]+ KiB; \d+ reads, ", result.Output);
    }

    [Fact]
    public async Task A_location_s_secrets_are_not_shown_by_the_steps()
    {
        SidecarResult result = await _repository.InProcess.RunAsync("snapshots", "-v", "-r", "ftp:me:secret@server");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("opening ftp:…", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_backup_reads_nothing_that_has_not_changed()
    {
        _repository.Write("one.txt", "one");
        _repository.Write("two.txt", "two");
        await _repository.BackUpAsync();
        _repository.Write("two.txt", "two and a half");

        SidecarResult result = await _repository.RunAsync("backup", "--json", _repository.Files);

        JsonElement summary = result.Line("summary");
        Assert.Equal(1, summary.GetProperty("files_unmodified").GetInt32());
        Assert.Equal(1, summary.GetProperty("files_changed").GetInt32());
        Assert.Equal(1, summary.GetProperty("data_blobs").GetInt32());
    }

    [Fact]
    public async Task Snapshots_are_listed_and_chosen()
    {
        _repository.Write("one.txt", "one");
        string first = await _repository.BackUpAsync("--tag", "daily,db", "--host", "web1", "--time", "2026-01-02 03:04:05");
        string second = await _repository.BackUpAsync("--host", "web2");

        SidecarResult table = await _repository.RunAsync("snapshots");
        SidecarResult chosen = await _repository.RunAsync("snapshots", "--json", "--tag", "db", "--host", "web1");
        SidecarResult grouped = await _repository.RunAsync("snapshots", "--json", "--group-by", "host");

        Assert.Matches($@"{first[..8]}  2026-01-02 03:04:05  web1  daily,db  {_repository.Files}  3 B", table.Output);
        Assert.Contains("2 snapshots", table.Output, StringComparison.Ordinal);
        Assert.Equal(first, Assert.Single(chosen.Document.EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(["web1", "web2"], grouped.Document.EnumerateArray().Select(Hostname));
        Assert.NotEqual(first, second);

        static string? Hostname(JsonElement group) => group.GetProperty("group_key").GetProperty("hostname").GetString();
    }

    [Fact]
    public async Task A_snapshot_lists_its_files()
    {
        _repository.Write("a/one.txt", "one");
        await _repository.BackUpAsync();

        SidecarResult paths = await _repository.RunAsync("ls", "-q", $"latest:{_repository.Files}");
        SidecarResult json = await _repository.RunAsync("ls", "--json", $"latest:{_repository.Files}", "/a");

        Assert.Equal(["/a", "/a/one.txt"], paths.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["/a", "/a/one.txt"], json.Lines.Skip(1).Select(line => line.GetProperty("path").GetString()));
        Assert.Equal("snapshot", json.Lines[0].GetProperty("message_type").GetString());
        Assert.Equal(3, json.Lines[2].GetProperty("size").GetInt32());
        Assert.StartsWith("-rw", json.Lines[2].GetProperty("permissions").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_found_in_all_snapshots()
    {
        _repository.Write("one.txt", "one");
        await _repository.BackUpAsync();
        _repository.Write("sub/one.txt", "one more");
        await _repository.BackUpAsync();

        SidecarResult result = await _repository.RunAsync("find", "--json", "o?e.txt");
        SidecarResult nothing = await _repository.RunAsync("find", "--json", "nothing");

        Assert.Equal([2, 1], result.Document.EnumerateArray().Select(snapshot => snapshot.GetProperty("hits").GetInt32()));
        Assert.Equal(0, nothing.Document.GetArrayLength());
    }

    [Fact]
    public async Task A_file_is_dumped_byte_for_byte()
    {
        byte[] content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        string path = Path.Combine(_repository.Files, "data.bin");
        File.WriteAllBytes(path, content);
        await _repository.BackUpAsync();

        SidecarResult result = await _repository.Process.RunAsync("dump", "latest", path);
        await _repository.RunAsync("dump", "latest", path, "--target", _repository.Combine("dumped"));

        Assert.Equal(content, result.Expect(ExitCodes.Done).OutputBytes);
        Assert.Equal(content, File.ReadAllBytes(_repository.Combine("dumped")));
        Assert.False(File.Exists(_repository.Combine("dumped.partial")));
    }

    [Fact]
    public async Task Two_snapshots_are_compared()
    {
        _repository.Write("changes.txt", "one");
        _repository.Write("goes.txt", "gone");
        string first = await _repository.BackUpAsync();
        _repository.Write("changes.txt", "two");
        _repository.Write("comes.txt", "new");
        File.Delete(Path.Combine(_repository.Files, "goes.txt"));
        string second = await _repository.BackUpAsync();

        SidecarResult text = await _repository.RunAsync("diff", first, second);
        SidecarResult json = await _repository.RunAsync("diff", first, second, "--json");

        Assert.Contains($"M    {_repository.Files}/changes.txt\n", text.Output, StringComparison.Ordinal);
        Assert.Contains($"+    {_repository.Files}/comes.txt\n", text.Output, StringComparison.Ordinal);
        Assert.Contains($"-    {_repository.Files}/goes.txt\n", text.Output, StringComparison.Ordinal);
        Assert.Equal(1, json.Line("statistics").GetProperty("changed_files").GetInt32());
        Assert.Equal(1, json.Line("statistics").GetProperty("removed").GetProperty("files").GetInt32());
    }

    [Theory]
    [InlineData("restore-size", "total_size", 6)]
    [InlineData("files-by-contents", "total_size", 3)]
    [InlineData("raw-data", "snapshots_count", 1)]
    [InlineData("blobs-per-file", "total_blob_count", 1)]
    public async Task A_snapshot_is_counted(string mode, string field, int expected)
    {
        _repository.Write("one.txt", "one");
        _repository.Write("copy.txt", "one");
        await _repository.BackUpAsync();

        SidecarResult result = await _repository.RunAsync("stats", "--mode", mode, "--json");

        Assert.Equal(expected, result.Document.GetProperty(field).GetInt32());
    }

    [Fact]
    public async Task A_healthy_repository_passes_and_a_damaged_one_does_not()
    {
        _repository.Write("one.txt", "one");
        await _repository.BackUpAsync();

        SidecarResult healthy = await _repository.RunAsync("check", "--read-data", "--json");
        string pack = Directory.GetFiles(Path.Combine(_repository.Location, "data"), "*", SearchOption.AllDirectories)[0];
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[10] ^= 1;
        File.WriteAllBytes(pack, bytes);
        SidecarResult damaged = await _repository.InProcess.RunAsync("check", "--read-data", "--json");
        SidecarResult text = await _repository.InProcess.RunAsync("check", "--read-data");

        Assert.Equal(0, healthy.Line("summary").GetProperty("num_errors").GetInt32());
        Assert.Equal(ExitCodes.Failed, damaged.ExitCode);
        Assert.Equal([Path.GetFileName(pack)], damaged.Line("summary").GetProperty("broken_packs").EnumerateArray().Select(id => id.GetString()));
        Assert.All(damaged.ErrorLines, line => Assert.Equal("error", line.GetProperty("message_type").GetString()));
        Assert.Contains(Path.GetFileName(pack)[..8], text.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_config_is_printed()
    {
        SidecarResult init = await _repository.RunAsync("init", "--json");

        SidecarResult result = await _repository.RunAsync("cat", "config");

        Assert.Equal(
            init.Line("initialized").GetProperty("id").GetString(), result.Document.GetProperty("id").GetString());
        Assert.Equal(2, result.Document.GetProperty("version").GetInt32());
    }

    [FactOnLinux]
    public async Task A_name_that_is_not_UTF8_is_listed_as_the_bytes_it_is()
    {
        string script = _repository.Combine("make.sh");
        File.WriteAllText(script, "printf x > \"$1/$(printf 'n\\377')\"");
        ExternalProgram.Named("sh").Run(script, _repository.Files);
        await _repository.BackUpAsync();

        SidecarResult text = await _repository.RunAsync("ls", "-q", $"latest:{_repository.Files}");
        SidecarResult json = await _repository.RunAsync("ls", "--json", $"latest:{_repository.Files}");

        Assert.Equal([(byte)'/', (byte)'n', 0xff, (byte)'\n'], text.OutputBytes);
        Assert.Equal("/n\ufffd", json.Line("node").GetProperty("path").GetString());
        Assert.Equal([(byte)'/', (byte)'n', 0xff], json.Line("node").GetProperty("path_base64").GetBytesFromBase64());
    }

    public void Dispose() => _repository.Dispose();
}
