using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Backup.Benchmarks.Compare;

/// <summary>
/// Runs a program to its end and measures it with GNU time, which asks the system for exactly that process (wait4). A child
/// of our own would count our memory as its peak, since it shares it until it becomes the other program.
/// </summary>
internal static class MeasuredProcess
{
    private const int BlockLength = 64 * 1024;
    private const int KeptLength = 2 * 1024;

    public static async Task<Measurement> RunAsync(Command command)
    {
        string report = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("time", ["-q", "-f", "%U %S %M", "-o", report, command.Program, .. command.Arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = command.WorkingDirectory ?? "",
            };
            foreach ((string name, string value) in command.Environment)
            {
                start.Environment[name] = value;
            }

            long begin = Stopwatch.GetTimestamp();
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("GNU time can't be started: install time.");
            process.StandardInput.Close();
            Task<string> output = ReadEndAsync(process.StandardOutput.BaseStream);
            Task<string> errors = ReadEndAsync(process.StandardError.BaseStream);
            await WaitAsync(process, command);
            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{command} ended with {process.ExitCode}:\n{await errors}\n{await output}");
            }

            double[] figures = [.. (await File.ReadAllTextAsync(report)).Split().Where(text => text.Length > 0).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            return new Measurement(seconds, figures[0] + figures[1], (long)figures[2] * 1024);
        }
        finally
        {
            File.Delete(report);
        }
    }

    private static async Task WaitAsync(Process process, Command command)
    {
        using var limit = new CancellationTokenSource(command.Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{command} was ended after {command.Limit.TotalMinutes:0.#} minutes.");
        }
    }

    /// <summary>What a message needs. To keep a list of a million files would take the processor from those who are measured.</summary>
    private static async Task<string> ReadEndAsync(Stream stream)
    {
        byte[] bytes = new byte[BlockLength];
        int kept = 0;
        while (await stream.ReadAsync(bytes.AsMemory(kept)) is int read and > 0)
        {
            int length = kept + read;
            kept = Math.Min(length, KeptLength);
            bytes.AsSpan(length - kept, kept).CopyTo(bytes);
        }

        return Encoding.UTF8.GetString(bytes, 0, kept).Trim();
    }
}
