using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Backup.Engine.Storage.Rclone;

/// <summary>
/// A running rclone that speaks HTTP/2 over its standard input and output. In a process group of its own, so that Ctrl+C
/// ends us in good order and not rclone under us.
/// </summary>
internal sealed class RcloneProcess : IAsyncDisposable
{
    private const int LinesKept = 5;

    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TimeToSayWhy = TimeSpan.FromSeconds(2);

    private readonly RcloneCommand _command;
    private readonly Process _process;
    private readonly Action<string>? _warn;
    private readonly Queue<string> _lastLines = new();
    private readonly Task _errors;
    private volatile bool _isEnding;

    /// <summary>Starts it.</summary>
    /// <param name="command">How.</param>
    /// <param name="warn">Hears what it complains about.</param>
    /// <exception cref="BackendException">It can't be started.</exception>
    public RcloneProcess(RcloneCommand command, Action<string>? warn)
    {
        _command = command;
        _warn = warn;
        string program = command.Find();
        string? session = OperatingSystem.IsWindows() ? null : RcloneCommand.TryFind("setsid");
        var start = new ProcessStartInfo(session ?? program, session is null ? command.Arguments : [program, .. command.Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (OperatingSystem.IsWindows())
        {
            start.CreateNewProcessGroup = true;
        }

        try
        {
            _process = Process.Start(start) ?? throw new Win32Exception("no process was started");
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new BackendException($"The program {program} can't be started: {exception.Message}.", isTransient: false, exception);
        }

        _errors = Task.Run(ReadErrorsAsync);
    }

    /// <summary>What it writes.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>What it reads.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Says why it ended, or why it can't be spoken to.</summary>
    /// <param name="hasAnswered">Whether it worked before: then it may work again.</param>
    public async Task<IOException> WhyEndedAsync(bool hasAnswered)
    {
        if (_isEnding)
        {
            return new IOException("rclone was ended.");
        }

        using var limit = new CancellationTokenSource(TimeToSayWhy, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await _errors.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It closed its output but lives, or a child of it has its output for errors: then it is said without that.
        }

        string how = _process.HasExited
            ? string.Create(CultureInfo.InvariantCulture, $"rclone ended with exit code {_process.ExitCode}.")
            : "rclone closed the connection.";
        string why = LastLines();
        string advice = hasAnswered ? "" : $" Does «rclone lsd {RcloneRemote.DisplayOf(_command.Remote)}» work?";
        string message = why.Length == 0 ? how + advice : $"{how} It said: {why}{advice}";
        return new IOException(message, new BackendException(message, hasAnswered));
    }

    /// <summary>Ends its input, upon which it goes by itself.</summary>
    public void Hangup()
    {
        _isEnding = true;
        try
        {
            Input.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }
    }

    /// <summary>Ends it: it goes by itself when its input ends, or is killed after a while.</summary>
    public async ValueTask DisposeAsync()
    {
        Hangup();
        using var limit = new CancellationTokenSource(TimeToEnd, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await _errors.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended at the same moment, or can't be ended by us.
        }
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            // Notices are about what is all right, such as a config file that nobody needs.
            if (string.IsNullOrWhiteSpace(line) || line.Contains(" NOTICE: ", StringComparison.Ordinal))
            {
                continue;
            }

            string said = RcloneRemote.Scrub(line.Trim(), _command.Remote);
            lock (_lastLines)
            {
                _lastLines.Enqueue(said);
                if (_lastLines.Count > LinesKept)
                {
                    _lastLines.Dequeue();
                }
            }

            if (!_isEnding)
            {
                _warn?.Invoke($"rclone: {said}");
            }
        }
    }

    private string LastLines()
    {
        lock (_lastLines)
        {
            return string.Join(" / ", _lastLines);
        }
    }
}
