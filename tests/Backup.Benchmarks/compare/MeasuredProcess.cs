using System.Diagnostics;
using System.Globalization;

namespace Backup.Benchmarks.Compare;

/// <summary>
/// Runs a program to its end and measures it with GNU time, which asks the system for exactly that process (wait4). A child
/// of our own would count our memory as its peak, since it shares it until it becomes the other program.
/// </summary>
internal static class MeasuredProcess
{
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
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{command} ended with {process.ExitCode}:\n{errors}\n{await output}");
            }

            double[] figures = [.. (await File.ReadAllTextAsync(report)).Split().Where(text => text.Length > 0).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            return new Measurement(seconds, figures[0] + figures[1], (long)figures[2] * 1024);
        }
        finally
        {
            File.Delete(report);
        }
    }
}
