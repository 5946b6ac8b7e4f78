using System.ComponentModel;
using System.Diagnostics;

namespace Backup.Engine.Sources;

/// <summary>What a command writes to its standard output. The command ends with the content: killed, if need be.</summary>
internal sealed class CommandContent : SourceContent
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly string _program;
    private readonly Action<string>? _errorLine;
    private readonly Thread _errorReader;
    private readonly CancellationTokenSource _cancellation;
    private readonly CancellationTokenRegistration _registration;
    private Exception? _errorReaderFailure;
    private bool _isEmpty = true;
    private bool _hasEnded;

    /// <summary>Starts the command.</summary>
    /// <param name="options">The command.</param>
    /// <param name="cancellationTokens">Each of them ends it.</param>
    /// <exception cref="SourceException">It can't be started.</exception>
    public CommandContent(CommandSourceOptions options, CancellationToken[] cancellationTokens)
    {
        _program = options.Command[0];
        _errorLine = options.ErrorLine;
        var start = new ProcessStartInfo(_program, options.Command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? "",
        };
        try
        {
            _process = Process.Start(start) ?? throw new Win32Exception("no process was started");
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new SourceException($"The command {_program} can't be started: {exception.Message}.", exception);
        }

        _process.StandardInput.Close();
        _errorReader = new Thread(ReadErrors) { IsBackground = true, Name = "errors of a backup's command" };
        _errorReader.Start();
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationTokens);
        _registration = _cancellation.Token.Register(Kill);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_hasEnded || buffer.IsEmpty)
        {
            return 0;
        }

        int read = _process.StandardOutput.BaseStream.Read(buffer);
        _isEmpty &= read == 0;
        if (read == 0)
        {
            _process.WaitForExit();
            _errorReader.Join(TimeToEnd); // longer only if a child of the command lives on
            ThrowUnlessSuccessful();
            _hasEnded = true;
        }

        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _registration.Dispose();
            _cancellation.Dispose();
            Kill();
            _process.WaitForExit(TimeToEnd);
            _process.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ThrowUnlessSuccessful()
    {
        _cancellation.Token.ThrowIfCancellationRequested();
        if (_process.ExitCode != 0)
        {
            throw new SourceException(
                $"The command {_program} failed with exit code {_process.ExitCode}, so no snapshot is made. See its error messages.");
        }

        if (_isEmpty)
        {
            throw new SourceException($"The command {_program} wrote nothing to its standard output, so no snapshot is made.");
        }

        if (_errorReaderFailure is not null)
        {
            throw new SourceException($"The error messages of {_program} can't be passed on.", _errorReaderFailure);
        }
    }

    private void ReadErrors()
    {
        try
        {
            while (_process.StandardError.ReadLine() is { } line)
            {
                _errorLine?.Invoke(line);
            }
        }
        catch (Exception exception)
        {
            // Not lost: the content's end throws it, if it is reached. Here it would end the process.
            _errorReaderFailure = exception;
        }
    }

    private void Kill()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended at the same moment, or can't be ended by us.
        }
    }
}
