using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Backup.Benchmarks.Load;

/// <summary>The service as a process of its own, with an empty repository.</summary>
internal sealed class LoadedService : IDisposable
{
    private readonly Process _process;

    private LoadedService(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Resident memory now, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<LoadedService> StartAsync(string program, string folder, string root, HttpClient client)
    {
        string password = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(password, "p");
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        var start = new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                "serve", "-r", Path.Combine(folder, "repository"), "-p", password, "--init", "--root", root,
                "--data", Path.Combine(folder, "journal"), "--listen", address.ToString(),
            },
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["Backup__MaxQueued"] = "1000000";
        start.Environment["Backup__MaxRequestsPerSecond"] = "100000";
        start.Environment["Backup__GracePeriod"] = "0s";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} can't be started.");
        process.BeginOutputReadLine();
        var service = new LoadedService(process, address);
        for (int i = 0; i < 300; i++)
        {
            try
            {
                using HttpResponseMessage response = await client.GetAsync(new Uri(address, "readyz"));
                return service;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(100);
            }
        }

        service.Dispose();
        throw new InvalidOperationException("The service did not start.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
