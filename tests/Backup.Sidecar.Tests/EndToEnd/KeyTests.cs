using System.Text.Json;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>Several passwords for one repository.</summary>
public sealed class KeyTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task A_password_is_added_used_and_removed()
    {
        await _repository.CreateAsync();
        string first = (await KeysAsync()).Single().GetProperty("id").GetString() ?? "";
        string second = NewPasswordFile("second");

        await _repository.RunAsync("key", "add", "--new-password-file", second);
        JsonElement[] keys = await KeysAsync("-p", second);
        await _repository.RunAsync("key", "remove", first[..8], "-p", second);
        SidecarResult old = await _repository.InProcess.RunAsync("snapshots");

        Assert.Equal(2, keys.Length);
        Assert.Equal([first], keys.Where(key => !key.GetProperty("current").GetBoolean()).Select(key => key.GetProperty("id").GetString()));
        Assert.Equal(ExitCodes.WrongPassword, old.ExitCode);
        Assert.Single(await KeysAsync("-p", second));
    }

    [Fact]
    public async Task A_password_is_changed()
    {
        await _repository.CreateAsync();
        string changed = NewPasswordFile("changed");

        SidecarResult result = await _repository.RunAsync("key", "passwd", "--new-password-file", changed, "--json");
        SidecarResult old = await _repository.InProcess.RunAsync("snapshots");

        Assert.Equal(ExitCodes.WrongPassword, old.ExitCode);
        Assert.Equal(
            result.Line("password_changed").GetProperty("id").GetString(),
            Assert.Single(await KeysAsync("-p", changed)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_key_in_use_stays()
    {
        await _repository.CreateAsync();
        string id = (await KeysAsync()).Single().GetProperty("id").GetString() ?? "";

        SidecarResult result = await _repository.InProcess.RunAsync("key", "remove", id);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Single(await KeysAsync());
    }

    [Fact]
    public async Task A_new_password_is_not_taken_from_the_environment()
    {
        await _repository.CreateAsync();

        SidecarResult result = await _repository.InProcess.RunAsync("key", "add");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Single(await KeysAsync());
    }

    [Fact]
    public async Task The_table_marks_the_key_in_use()
    {
        await _repository.CreateAsync();

        SidecarResult result = await _repository.RunAsync("key", "list");

        Assert.Matches(@"\n\*[0-9a-f]{8}  ", result.Output);
    }

    public void Dispose() => _repository.Dispose();

    private string NewPasswordFile(string password)
    {
        string path = _repository.Combine(password);
        File.WriteAllText(path, password);
        return path;
    }

    private async Task<JsonElement[]> KeysAsync(params string[] options) =>
        [.. (await _repository.RunAsync(["key", "list", "--json", .. options])).Document.EnumerateArray()];
}
