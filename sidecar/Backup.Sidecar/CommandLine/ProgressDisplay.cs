using Spectre.Console;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// A bar at the bottom of the screen while something takes long, and lines of text above it. Where nobody watches there
/// is no bar, only the lines.
/// </summary>
internal sealed class ProgressDisplay(Terminal terminal)
{
    private const int BarWidth = 20;

    private readonly StatusColumn _status = new();
    private IAnsiConsole? _console;
    private ProgressTask? _task;

    /// <summary>Runs <paramref name="work"/> with a bar, if somebody watches.</summary>
    public async Task<T> RunAsync<T>(bool isWanted, Func<Task<T>> work)
    {
        if (!isWanted || !terminal.IsOutputTerminal)
        {
            return await work();
        }

        await terminal.Out.FlushAsync();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (!console.Profile.Capabilities.Ansi)
        {
            return await work();
        }

        Progress progress = console.Progress().AutoClear(true).Columns(
            new ProgressBarColumn { Width = BarWidth },
            new PercentageColumn(),
            _status);
        return await progress.StartAsync(async context =>
        {
            _task = context.AddTask("starting");
            _task.IsIndeterminate = true;
            _console = console;
            try
            {
                return await work();
            }
            finally
            {
                _console = null;
            }
        });
    }

    /// <summary>Moves the bar.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="total">Of how much; 0 or less: unknown.</param>
    /// <param name="text">What stands beside the bar.</param>
    /// <param name="item">What is being worked on.</param>
    public void Show(long done, long total, string text, string item = "")
    {
        if (_console is null || _task is not { } task)
        {
            return;
        }

        task.IsIndeterminate = total <= 0;
        task.MaxValue = Math.Max(1, total);
        task.Value = Math.Clamp(done, 0, Math.Max(0, total));
        _status.Set(text, item);
    }

    /// <summary>Writes a line of output, above the bar if there is one.</summary>
    public void Line(string text) => Write(terminal.Out, text, isSameScreen: true);

    /// <summary>Writes a line of errors.</summary>
    public void Error(string text) => Write(terminal.Error, text, isSameScreen: terminal.IsErrorTerminal);

    private void Write(TextWriter writer, string text, bool isSameScreen)
    {
        if (_console is { } console && isSameScreen)
        {
            console.WriteLine(text);
        }
        else
        {
            writer.WriteLine(text);
        }
    }
}
