using System.Diagnostics;
using System.Net;

namespace Backup.Benchmarks.Compare;

/// <summary>restic's rest-server for a folder, on this machine, behind a <see cref="SlowLine"/> if it is to be distant.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private const string Ready = "start server on ";

    private readonly Process _process;
    private readonly SlowLine? _line;

    private LoopbackServer(Process process, SlowLine? line, IPEndPoint address) =>
        (_process, _line, Location) = (process, line, $"rest:http://{address}/");

    /// <summary>What it serves, as restic writes it; with a slash at the end.</summary>
    public string Location { get; }

    /// <summary>Starts it.</summary>
    public static async Task<LoopbackServer> StartAsync(string program, string folder, TimeSpan roundTrip)
    {
        var start = new ProcessStartInfo(program, ["--path", folder, "--no-auth", "--listen", "127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} can't be started.");
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.Exited += (_, _) => said.TrySetException(new InvalidOperationException($"{program} ended at once."));
        process.EnableRaisingEvents = true;
        IPEndPoint server = IPEndPoint.Parse(await said.Task);
        SlowLine? line = roundTrip > TimeSpan.Zero ? new SlowLine(server, roundTrip) : null;
        return new LoopbackServer(process, line, line?.Address ?? server);

        void Hear(string? text)
        {
            if (text?.IndexOf(Ready, StringComparison.Ordinal) is int index and >= 0)
            {
                said.TrySetResult(text[(index + Ready.Length)..].Trim());
            }
        }
    }

    /// <summary>Its version, as it tells it.</summary>
    public static string VersionOf(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} can't be started.");
        string[] words = process.StandardOutput.ReadToEnd().Split();
        process.WaitForExit();
        return string.Join(' ', words.Take(3));
    }

    public async ValueTask DisposeAsync()
    {
        if (_line is not null)
        {
            await _line.DisposeAsync();
        }

        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
