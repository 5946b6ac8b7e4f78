using System.Diagnostics;
using System.Globalization;

namespace Backup.Engine.Tests.Crash;

/// <summary>A running <see cref="ChildProgram"/>.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private Child(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it, and waits until the work begins.</summary>
    public static Task<Child> StartAsync(params string[] arguments) => StartAsync([], arguments);

    /// <summary>Starts it with some variables in its environment, and waits until the work begins.</summary>
    public static async Task<Child> StartAsync(Dictionary<string, string?> environment, params string[] arguments)
    {
        // The host that runs the tests may be another program than dotnet; the runtime's own folder leads to that.
        string dotnet = Path.GetFullPath(
            Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../..", "dotnet"));
        var start = new ProcessStartInfo(dotnet, ["exec", typeof(Child).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new Child(Process.Start(start) ?? throw new InvalidOperationException("The child process can't be started."));
        return await child._process.StandardOutput.ReadLineAsync() == ChildProgram.Ready
            ? child
            : throw new InvalidOperationException($"The child process failed: {await child._errors}");
    }

    /// <summary>Waits until it says that somebody else's lock is in its way.</summary>
    public async Task WaitUntilItWaitsAsync() => Assert.Equal(ChildProgram.Waiting, await _process.StandardOutput.ReadLineAsync());

    /// <summary>Runs it to its end and gives the most memory it had, in bytes.</summary>
    public async Task<long> FinishAsync()
    {
        string? line;
        do
        {
            line = await _process.StandardOutput.ReadLineAsync();
        }
        while (line == ChildProgram.Waiting); // or another warning

        await _process.WaitForExitAsync();
        return line is not null && line.StartsWith(ChildProgram.Done, StringComparison.Ordinal)
            ? long.Parse(line.AsSpan(ChildProgram.Done.Length), CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The child process failed: {await _errors}");
    }

    /// <summary>Runs it to its end and gives what it said.</summary>
    public async Task<IReadOnlyList<string>> ReadToEndAsync()
    {
        string output = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode == 0
            ? output.Split('\n')
            : throw new InvalidOperationException($"The child process failed: {await _errors}");
    }

    /// <summary>Kills it (SIGKILL) after this time.</summary>
    /// <returns>Whether it was still at work.</returns>
    public async Task<bool> KillAfterAsync(TimeSpan delay)
    {
        using var timeout = new CancellationTokenSource(delay);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        return _process.ExitCode != 0;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
