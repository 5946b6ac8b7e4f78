using System.Diagnostics;
using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests;

/// <summary>Runs the built program as a process of its own, as users do.</summary>
internal sealed class SidecarProcess
{
    private readonly Dictionary<string, string> _environment = [];

    /// <summary>Sets a variable of its environment.</summary>
    public string this[string variable]
    {
        set => _environment[variable] = value;
    }

    /// <summary>Where it runs.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>Runs it to its end.</summary>
    public Task<SidecarResult> RunAsync(params string[] args) => RunAsync(ReadOnlyMemory<byte>.Empty, args);

    /// <summary>Runs it to its end with something to read.</summary>
    public async Task<SidecarResult> RunAsync(ReadOnlyMemory<byte> input, string[] args)
    {
        using Process process = Start(args);
        Task<SidecarResult> result = ResultOfAsync(process);
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        return await result;
    }

    /// <summary>Starts it; the caller closes its input.</summary>
    public Process Start(params string[] args)
    {
        string program = Path.Combine(AppContext.BaseDirectory, $"{CommandPath.Program}.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory,
        };
        foreach (string name in start.Environment.Keys.Where(name => EnvironmentSettings.Prefixes.Any(name.StartsWith)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>Waits for its end and collects what it writes.</summary>
    /// <exception cref="TimeoutException">It doesn't end; it is killed.</exception>
    public static async Task<SidecarResult> ResultOfAsync(Process process)
    {
        try
        {
            return await CollectAsync(process).WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task<SidecarResult> CollectAsync(Process process)
    {
        using var output = new MemoryStream();
        Task copying = process.StandardOutput.BaseStream.CopyToAsync(output);
        string errors = await process.StandardError.ReadToEndAsync();
        await copying;
        await process.WaitForExitAsync();
        return new SidecarResult(process.ExitCode, output.ToArray(), errors);
    }
}
