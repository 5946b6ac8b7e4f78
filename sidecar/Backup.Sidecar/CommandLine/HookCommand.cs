using System.ComponentModel;
using System.Diagnostics;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>A command that quiesces or resumes an application. What it prints is passed on.</summary>
internal sealed class HookCommand
{
    private readonly List<string> _parts;
    private readonly Action<string> _line;

    /// <summary>Takes the command apart, without running it.</summary>
    /// <exception cref="UsageException">It can't be understood.</exception>
    public HookCommand(string option, string command, Action<string> line)
    {
        _line = line;
        try
        {
            _parts = ArgumentSplitter.Split(command, backslashEscapes: !OperatingSystem.IsWindows());
        }
        catch (FormatException exception)
        {
            throw new UsageException($"The {option} can't be understood: {exception.Message}.", exception);
        }
    }

    /// <summary>Runs it to its end, or kills it.</summary>
    /// <exception cref="InvalidOperationException">It can't be started, or fails.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(_parts[0], _parts.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start) ?? throw new Win32Exception("no process was started");
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"The command «{_parts[0]}» can't be started: {exception.Message}.", exception);
        }

        using (process)
        {
            process.OutputDataReceived += (_, line) => Tell(line.Data);
            process.ErrorDataReceived += (_, line) => Tell(line.Data);
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                await process.WaitForExitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"The command «{_parts[0]}» failed with exit code {process.ExitCode}.");
            }
        }
    }

    private void Tell(string? line)
    {
        if (line is not null)
        {
            _line(line);
        }
    }
}
