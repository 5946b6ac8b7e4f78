using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Backup.TestKit;

/// <summary>A server that a test starts and that ends with it.</summary>
public sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Regex _isReady;
    private bool _isDisposed;

    private ServerProcess(Process process, Regex isReady)
    {
        _process = process;
        _isReady = isReady;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What the first group of the pattern matched: the address that it listens at.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="program">The program.</param>
    /// <param name="isReady">Matches the line that says so.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<ServerProcess> StartAsync(ExternalProgram program, Regex isReady, params string[] arguments)
    {
        var server = new ServerProcess(program.Start(arguments), isReady);
        try
        {
            server.Address = await server._ready.Task.WaitAsync(Patience);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
            if (line is null)
            {
                _ready.TrySetException(new InvalidOperationException($"The server did not start:\n{_said}"));
            }
            else if (_isReady.Match(line) is { Success: true } match)
            {
                _ready.TrySetResult(match.Groups[1].Value);
            }
        }
    }
}
