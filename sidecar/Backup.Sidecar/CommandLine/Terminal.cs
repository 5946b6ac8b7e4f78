using System.Security.Cryptography;
using System.Text;
using Backup.Engine;
using Microsoft.Win32.SafeHandles;

namespace Backup.Sidecar.CommandLine;

/// <summary>The process's standard streams, and what is at their other ends.</summary>
internal sealed class Terminal
{
    private volatile EchoOff? _echoOff;

    private Terminal(Stream output, Stream error, bool isOutputTerminal, bool isErrorTerminal)
    {
        Output = output;
        Out = TextWriter.Synchronized(new NameWriter(output, autoFlush: isOutputTerminal));
        Error = TextWriter.Synchronized(new NameWriter(error, autoFlush: true));
        IsOutputTerminal = isOutputTerminal;
        IsErrorTerminal = isErrorTerminal;
    }

    /// <summary>Text for people. Flush it before bytes go to <see cref="Output"/>.</summary>
    public TextWriter Out { get; }

    /// <summary>Errors and warnings.</summary>
    public TextWriter Error { get; }

    /// <summary>Bytes and JSON.</summary>
    public Stream Output { get; }

    /// <summary>Whether somebody watches the output.</summary>
    public bool IsOutputTerminal { get; }

    /// <summary>Whether somebody watches the errors.</summary>
    public bool IsErrorTerminal { get; }

    /// <summary>Whether somebody is there to type a password.</summary>
    public bool CanAsk => IsErrorTerminal && !Console.IsInputRedirected;

    /// <summary>Columns of the screen, or a width that reads well.</summary>
    public int Width => IsOutputTerminal && Console.WindowWidth > 40 ? Console.WindowWidth : 100;

    /// <summary>Those of the process.</summary>
    public static Terminal OfProcess() =>
        new(OpenOutput(), Console.OpenStandardError(), !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>Streams that nobody watches, for tests.</summary>
    public static Terminal Of(Stream output, Stream error) => new(output, error, false, false);

    /// <summary>A name as it can be shown where <see cref="Out"/> goes: raw in a file, escaped on a screen.</summary>
    public string Name(string name) => IsOutputTerminal ? Printable.Name(name) : name;

    /// <summary>Sends what is written so far.</summary>
    public void Flush()
    {
        try
        {
            Out.Flush();
        }
        catch (IOException)
        {
            // Nobody reads the output any more; what is to be said goes to the errors.
        }
    }

    /// <summary>Tells who pressed Ctrl+C what it does.</summary>
    /// <param name="isEnd">The process ends at once.</param>
    public void ShowInterruption(bool isEnd)
    {
        if (isEnd)
        {
            _echoOff?.Dispose();
        }

        if (isEnd && IsOutputTerminal)
        {
            Console.Write("\u001b[?25h"); // a progress bar hides the cursor, and won't be there to show it again
        }

        if (IsErrorTerminal)
        {
            Error.WriteLine(isEnd ? "" : "Stopping cleanly; once more stops at once.");
        }
    }

    /// <summary>Reads a line that is not shown.</summary>
    /// <returns>Its UTF-8 bytes, which the caller wipes.</returns>
    public byte[] ReadSecret(string prompt)
    {
        _echoOff = OperatingSystem.IsWindows() ? null : EchoOff.TryStart(); // before the prompt, for fast hands
        using (_echoOff)
        {
            Error.Write(prompt);
            Error.Flush();
            byte[] secret = _echoOff is null ? ReadKeys() : ReadBytes();
            Error.WriteLine();
            return secret;
        }
    }

    private static byte[] ReadBytes()
    {
        // Not the console's own stream: that one shows what is typed by itself.
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        byte[] line = new byte[4096]; // what a terminal takes as one line
        int length = input.Read(line);
        byte[] secret = line.AsSpan(0, length).TrimEnd("\r\n"u8).ToArray();
        CryptographicOperations.ZeroMemory(line);
        return secret;
    }

    private static byte[] ReadKeys()
    {
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }

        byte[] secret = Encoding.UTF8.GetBytes(text.ToString());
        text.Clear();
        return secret;
    }

    /// <summary>
    /// The console's own stream hides that nobody reads any more, so that a dump into a broken pipe would go on to its
    /// end and report success. A file, on the other hand, must be written where its shared position is, which only the
    /// console's stream does.
    /// </summary>
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.OpenStandardOutput();
        }

        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return Console.OpenStandardOutput(); // closed, or something unheard of: the console copes with both
        }
    }
}
