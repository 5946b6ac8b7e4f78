using Backup.Engine;
using Backup.Storage.S3;

namespace Backup.Sidecar.CommandLine;

/// <summary>Runs one command line from its parsing to its exit code.</summary>
internal static class CommandProcess
{
    /// <summary>Runs it with the process's own streams, signals and environment.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        Terminal terminal = Terminal.OfProcess();
        using Interruption interruption = Interruption.OfProcess(terminal.ShowInterruption);
        var session = new Session
        {
            Terminal = terminal,
            Settings = new EnvironmentSettings(Environment.GetEnvironmentVariable),
            Interruption = interruption,
        };
        return await RunAsync(session, args);
    }

    /// <summary>Runs it in a session.</summary>
    public static async Task<int> RunAsync(Session session, IReadOnlyList<string> args)
    {
        Repository.AddBackendKind("s3", () => S3Storage.Kind);
        var tree = new CommandTree(session);
        try
        {
            int code = await tree.InvokeAsync(CommandTree.Expand(args));
            await session.Terminal.Out.FlushAsync(CancellationToken.None);
            return code;
        }
        catch (Exception exception) when (IsBrokenPipe(exception))
        {
            return ExitCodes.Failed; // who read our output has gone, and so has who could be told
        }
        catch (Exception exception)
        {
            session.Terminal.Flush();
            return Report(session, exception, asJson: tree.IsJsonAskedFor(args));
        }
    }

    private static int Report(Session session, Exception exception, bool asJson)
    {
        int code = ErrorMap.ExitCode(exception);
        string message = code == ExitCodes.Interrupted ? "Stopped before it was done." : ErrorMap.Message(exception);
        if (asJson)
        {
            using var json = new JsonOutput(session.Terminal.Error);
            json.Line(writer =>
            {
                writer.WriteString("message_type", "exit_error");
                writer.WriteNumber("code", code);
                writer.WriteString("message", message);
            });
            return code;
        }

        session.Terminal.Error.WriteLine($"error: {message}");
        if (ErrorMap.Advice(exception) is { } advice)
        {
            session.Terminal.Error.WriteLine(advice);
        }

        if (session.Settings.IsDebug)
        {
            session.Terminal.Error.WriteLine(exception);
        }

        return code;
    }

    private static bool IsBrokenPipe(Exception exception) =>
        exception is IOException and not FileNotFoundException
        && (exception.HResult & 0xffff) is 32 or 109; // EPIPE, ERROR_BROKEN_PIPE
}
