using System.Diagnostics;
using System.Text.Json;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>What scripts rely on when something is wrong.</summary>
public sealed class ExitCodeTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task No_repository_is_10()
    {
        SidecarResult result = await _repository.Process.RunAsync("snapshots");

        Assert.Equal(ExitCodes.NoRepository, result.ExitCode);
        Assert.Contains(_repository.Location, result.Errors, StringComparison.Ordinal);
        Assert.Contains("init", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_wrong_password_is_12()
    {
        await _repository.CreateAsync();
        File.WriteAllText(_repository.PasswordFile, "wrong");

        SidecarResult text = await _repository.Process.RunAsync("snapshots");
        SidecarResult json = await _repository.InProcess.RunAsync("snapshots", "--json");

        Assert.Equal(ExitCodes.WrongPassword, text.ExitCode);
        Assert.Equal(ExitCodes.WrongPassword, json.ExitCode);
        JsonElement error = Assert.Single(json.ErrorLines);
        Assert.Equal("exit_error", error.GetProperty("message_type").GetString());
        Assert.Equal(12, error.GetProperty("code").GetInt32());
        Assert.NotEmpty(error.GetProperty("message").GetString() ?? "");
    }

    [Fact]
    public async Task A_second_init_is_1_and_changes_nothing()
    {
        await _repository.CreateAsync();
        byte[] config = File.ReadAllBytes(Path.Combine(_repository.Location, "config"));

        SidecarResult result = await _repository.InProcess.RunAsync("init");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal(config, File.ReadAllBytes(Path.Combine(_repository.Location, "config")));
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_3_and_the_rest_is_stored()
    {
        _repository.Write("one.txt", "one");
        string missing = _repository.Combine("missing");
        await _repository.CreateAsync();

        SidecarResult text = await _repository.InProcess.RunAsync("backup", _repository.Files, missing);
        SidecarResult json = await _repository.InProcess.RunAsync("backup", "--json", _repository.Files, missing);

        Assert.Equal(ExitCodes.Incomplete, text.ExitCode);
        Assert.Contains($"error: {missing}: ", text.Errors, StringComparison.Ordinal);
        Assert.Contains("incomplete", text.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Incomplete, json.ExitCode);
        JsonElement error = Assert.Single(json.ErrorLines);
        Assert.Equal(missing, error.GetProperty("item").GetString());
        Assert.Equal("archival", error.GetProperty("during").GetString());
        Assert.Equal(2, _repository.Snapshots.Count);
    }

    [FactOnLinux(User = RunBy.OrdinaryUser)]
    public async Task A_file_that_may_not_be_read_is_3()
    {
        string path = _repository.Write("secret.txt", "secret");
        File.SetUnixFileMode(path, UnixFileMode.None);
        await _repository.CreateAsync();

        SidecarResult result = await _repository.InProcess.RunAsync("backup", _repository.Files);

        Assert.Equal(ExitCodes.Incomplete, result.ExitCode);
        Assert.Contains(path, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_paths_that_are_not_there_are_1_and_make_no_snapshot()
    {
        await _repository.CreateAsync();

        SidecarResult result = await _repository.InProcess.RunAsync("backup", _repository.Combine("missing"));

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Empty(_repository.Snapshots);
    }

    [Theory]
    [InlineData("restore", "latest", "-t")]
    [InlineData("ls", "deadbeef")]
    [InlineData("diff", "latest", "latest")]
    public async Task A_snapshot_that_is_not_there_is_1(params string[] args)
    {
        await _repository.CreateAsync();

        SidecarResult result = await _repository.InProcess.RunAsync(args[^1] == "-t" ? [.. args, _repository.Combine("x")] : args);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("backup-sidecar snapshots", result.Errors, StringComparison.Ordinal);
    }

    [FactOnLinux]
    public async Task Ctrl_C_is_130_and_leaves_no_lock()
    {
        await _repository.CreateAsync();
        using Process process = StartLongBackup();
        await StatusOf(process);

        ExternalProgram.Named("kill").Run("-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        SidecarResult result = await SidecarProcess.ResultOfAsync(process);

        Assert.Equal(ExitCodes.Interrupted, result.Expect(ExitCodes.Interrupted).ExitCode);
        Assert.Empty(_repository.Locks);
        Assert.Equal("exit_error", JsonElement.Parse(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).GetProperty("message_type").GetString());
        await _repository.RunAsync("check");
    }

    [FactOnLinux]
    public async Task A_killed_backup_leaves_a_lock_that_unlock_removes()
    {
        await _repository.CreateAsync();
        using (Process process = StartLongBackup())
        {
            await StatusOf(process);
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.Single(_repository.Locks);
        SidecarResult result = await _repository.RunAsync("unlock");

        Assert.Equal("removed 1 lock\n", result.Output);
        Assert.Empty(_repository.Locks);
    }

    [FactOnLinux]
    public async Task A_repository_in_use_is_11_for_who_needs_it_alone()
    {
        await _repository.CreateAsync();
        using Process process = StartLongBackup();
        await StatusOf(process);

        SidecarResult remove = await _repository.InProcess.RunAsync("key", "remove", "0123");
        SidecarResult waited = await _repository.InProcess.RunAsync("key", "remove", "0123", "--retry-lock", "250ms");
        SidecarResult list = await _repository.InProcess.RunAsync("key", "list");
        SidecarResult noLock = await _repository.InProcess.RunAsync("snapshots", "--no-lock");
        process.Kill();
        await process.WaitForExitAsync();

        Assert.Equal(ExitCodes.Locked, remove.ExitCode);
        Assert.Contains("--retry-lock", remove.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Waiting", remove.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Locked, waited.ExitCode);
        Assert.Contains("Waiting for it up to 0.25 seconds", waited.Errors, StringComparison.Ordinal);
        list.Expect(ExitCodes.Done);
        noLock.Expect(ExitCodes.Done);
    }

    [Fact]
    public async Task No_output_ever_has_the_password()
    {
        _repository.Write("one.txt", "one");
        await _repository.CreateAsync();
        string[][] commandLines =
        [
            ["init", "-vv"], ["backup", "-vv", "--json", _repository.Files], ["backup", "-vv", _repository.Files],
            ["snapshots", "-vv"], ["check", "-vv"], ["key", "list", "--json"], ["cat", "nonsense"], ["--password-file"],
        ];

        foreach (string[] commandLine in commandLines)
        {
            SidecarResult result = await _repository.InProcess.RunAsync(commandLine);
            Assert.DoesNotContain(SampleRepository.Password, result.Output + result.Errors, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _repository.Dispose();

    /// <summary>A backup of holes that would go on for minutes.</summary>
    private Process StartLongBackup()
    {
        using (FileStream file = File.Create(Path.Combine(_repository.Files, "holes")))
        {
            file.SetLength(1L << 40);
        }

        return _repository.Process.Start("backup", "--json", "--no-scan", _repository.Files);
    }

    /// <summary>Waits until the backup says that it reads.</summary>
    private static async Task StatusOf(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (JsonElement.Parse(line).TryGetProperty("bytes_done", out JsonElement bytes) && bytes.GetInt64() > 0)
            {
                return;
            }
        }

        Assert.Fail($"It ended before it was interrupted: {await process.StandardError.ReadToEndAsync()}");
    }
}
