using System.Diagnostics;
using System.Text;
using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>What a person at a terminal sees, which the program <c>script</c> plays.</summary>
public sealed class OnTerminalTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [FactIfOnPath("script")]
    public async Task A_new_password_is_asked_for_twice_and_not_shown()
    {
        string screen = await ShowAsync($"init -r {_repository.Location}", ("repository password: ", "hunter2\n"), ("again: ", "hunter2\n"));

        Assert.Contains("repository password: ", screen, StringComparison.Ordinal);
        Assert.Contains("the same again: ", screen, StringComparison.Ordinal);
        Assert.Contains("created repository", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", screen, StringComparison.Ordinal);
        File.WriteAllText(_repository.PasswordFile, "hunter2");
        await _repository.RunAsync("snapshots");
    }

    [FactIfOnPath("script")]
    public async Task Two_different_passwords_create_nothing()
    {
        string screen = await ShowAsync($"init -r {_repository.Location}", ("repository password: ", "hunter2\n"), ("again: ", "hunter3\n"));

        Assert.Contains("differ", screen, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_repository.Location));
    }

    [FactIfOnPath("script")]
    public async Task A_wrong_password_may_be_typed_again()
    {
        await _repository.CreateAsync();

        string screen = await ShowAsync(
            $"snapshots -r {_repository.Location}",
            ("repository password: ", "wrong\n"),
            ("repository password: ", SampleRepository.Password + "\n"));

        Assert.Contains("That is not its password.", screen, StringComparison.Ordinal);
        Assert.Contains("0 snapshots", screen, StringComparison.Ordinal);
    }

    [FactIfOnPath("script")]
    public async Task A_backup_shows_a_bar_and_cleans_it_up()
    {
        await _repository.CreateAsync();
        for (int i = 0; i < 20; i++)
        {
            File.WriteAllBytes(Path.Combine(_repository.Files, $"{i}"), new byte[5_000_000]);
        }

        string screen = await ShowAsync($"backup -r {_repository.Location} -p {_repository.PasswordFile} {_repository.Files}");

        Assert.Contains("%", screen, StringComparison.Ordinal);
        Assert.Contains("\u001b[", screen, StringComparison.Ordinal);
        Assert.Matches("snapshot [0-9a-f]{8} saved", screen);
        Assert.EndsWith("\u001b[?25h", screen[..(screen.LastIndexOf("[?25h", StringComparison.Ordinal) + 5)], StringComparison.Ordinal);
    }

    [FactIfOnPath("script")]
    public async Task A_name_that_would_harm_the_terminal_is_escaped()
    {
        _repository.Write("a\u001b[31mb", "x");
        await _repository.BackUpAsync();

        string screen = await ShowAsync($"ls -r {_repository.Location} -p {_repository.PasswordFile} latest");

        Assert.Contains(@"a\x1b[31mb""", screen, StringComparison.Ordinal);
    }

    public void Dispose() => _repository.Dispose();

    /// <summary>Runs a command line on a terminal, where somebody types when asked, and gives all that the screen got.</summary>
    private static async Task<string> ShowAsync(string commandLine, params (string Prompt, string Typed)[] dialogue)
    {
        string program = Path.Combine(AppContext.BaseDirectory, $"{CommandPath.Program}.dll");
        var start = new ProcessStartInfo("script", ["-qefc", $"dotnet '{program}' {commandLine}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        foreach (string name in start.Environment.Keys.Where(name => EnvironmentSettings.Prefixes.Any(name.StartsWith)).ToList())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException("script did not start.");
        var screen = new StringBuilder();
        foreach ((string prompt, string typed) in dialogue)
        {
            await ReadAsync(process, screen, until: prompt);
            await process.StandardInput.WriteAsync(typed);
            await process.StandardInput.FlushAsync();
        }

        await ReadAsync(process, screen, until: null);
        await process.WaitForExitAsync();
        return screen.ToString();
    }

    /// <summary>Reads what the screen gets, until a new prompt or to the end.</summary>
    private static async Task ReadAsync(Process process, StringBuilder screen, string? until)
    {
        int start = screen.Length;
        char[] buffer = new char[1000];
        while (await process.StandardOutput.ReadAsync(buffer) is int count and > 0)
        {
            screen.Append(buffer, 0, count);
            if (until is not null && screen.ToString(start, screen.Length - start).Contains(until, StringComparison.Ordinal))
            {
                return;
            }
        }
    }
}
