using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Tests.Hosting;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>The service as a process of its own, as the README shows it.</summary>
public sealed partial class ServeTests
{
    private const string Port = "8090";

    [FactIfOnPath("bash", "curl")]
    public async Task The_lines_of_the_readme_work_as_printed()
    {
        using var folder = new TempFolder();
        string port = FreePort();
        string section = ServiceSection().Replace(Port, port, StringComparison.Ordinal);
        string prepare = Lines(section).First(line => line.StartsWith("mkdir ", StringComparison.Ordinal));
        string serve = Lines(section).First(line => line.StartsWith("backup-sidecar serve ", StringComparison.Ordinal));
        string[] requests = [.. Curl().Matches(string.Join('\n', Lines(section))).Select(match => match.Value)];
        await BashAsync(folder, prepare);
        using Process process = new SidecarProcess { WorkingDirectory = folder.FullName }
            .Start([.. serve.Split(' ')[1..], "--listen", $"http://127.0.0.1:{port}"]);
        process.StandardInput.Close();
        Task<SidecarResult> ending = SidecarProcess.ResultOfAsync(process);

        string ready = await BashAsync(folder, $"curl -s --retry 60 --retry-connrefused --retry-delay 1 localhost:{port}/readyz");
        string accepted = await BashAsync(folder, requests[0]);
        await FollowAsync(folder, port, accepted);
        string jobs = await BashAsync(folder, requests[1]);
        string items = await BashAsync(folder, requests[2]);
        string content = await BashAsync(folder, requests[3]);
        await FollowAsync(folder, port, await BashAsync(folder, requests[4]));
        await BashAsync(folder, $"kill -TERM {process.Id}");
        SidecarResult end = await ending;

        Assert.Equal(5, requests.Length);
        Assert.Contains("\"ready\":true", ready, StringComparison.Ordinal);
        Assert.Contains("\"operationId\":\"first\"", jobs, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"succeeded\"", jobs, StringComparison.Ordinal);
        Assert.Contains("/shop/order.txt", items, StringComparison.Ordinal);
        Assert.Equal("an order\n", content);
        Assert.Equal("an order\n", File.ReadAllText(folder.Combine("restored/order.txt")));
        end.Expect(ExitCodes.Done);
    }

    [FactIfOnPath("bash", "curl")]
    public async Task A_process_that_is_killed_loses_no_job()
    {
        using var folder = new TempFolder();
        folder.WriteFile("password", "p");
        for (int i = 0; i < 300; i++)
        {
            folder.WriteFile($"data/{i}", new string('x', i));
        }

        string port = FreePort();
        string[] args = ["serve", "-r", "repository", "-p", "password", "--init", "--root", ".", "--data", "journal", "--listen", $"http://127.0.0.1:{port}"];
        string post = $$$"""curl -s --retry 60 --retry-connrefused --retry-delay 1 -X POST localhost:{{{port}}}/v1/jobs -H 'content-type: application/json' -d '{"backup":{"sources":[{"files":{"paths":["'$PWD'/data"]} }]} }'""";
        string accepted;
        using (Process first = new SidecarProcess { WorkingDirectory = folder.FullName }.Start(args))
        {
            accepted = await BashAsync(folder, post);
            first.Kill(); // at once: the job is accepted, and hardly begun
            await first.WaitForExitAsync();
        }

        using Process second = new SidecarProcess { WorkingDirectory = folder.FullName }.Start(args);
        await BashAsync(folder, $"curl -s --retry 60 --retry-connrefused --retry-delay 1 localhost:{port}/readyz");
        string end = await FollowAsync(folder, port, accepted);
        second.Kill();
        await second.WaitForExitAsync();

        Assert.Contains("\"state\":\"succeeded\"", end, StringComparison.Ordinal);
        Assert.Contains("\"filesNew\":300", end, StringComparison.Ordinal);
    }

    [FactIfOnPath("bash", "curl")]
    public async Task An_application_that_held_still_when_the_process_was_killed_is_resumed_though_the_job_fails()
    {
        using var folder = new TempFolder();
        folder.WriteFile("password", "p");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using SampleApplication application = await SampleApplication.StartAsync();
        application.StallAt("/backup/export", begun);
        string port = FreePort();
        string[] args = ["serve", "-r", "repository", "-p", "password", "--init", "--data", "journal", "--listen", $"http://127.0.0.1:{port}"];
        string post = $$$"""curl -s --retry 60 --retry-connrefused --retry-delay 1 -X POST localhost:{{{port}}}/v1/jobs -H 'content-type: application/json' -d '{"backup":{"sources":[{"export":{"application":"shop"}}],"method":"offline","application":"shop"}}'""";
        string accepted;
        using (Process first = Start())
        {
            accepted = await BashAsync(folder, post);
            await begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
            first.Kill();
            await first.WaitForExitAsync();
        }

        folder.WriteFile("password", "another one");
        using Process second = Start();
        await BashAsync(folder, $"curl -s --retry 60 --retry-connrefused --retry-delay 1 localhost:{port}/healthz");
        string end = await FollowAsync(folder, port, accepted);
        second.Kill();
        await second.WaitForExitAsync();

        Assert.Contains("\"state\":\"failed\"", end, StringComparison.Ordinal);
        Assert.Equal(["POST /backup/quiesce", "GET /backup/export", "POST /backup/resume"], application.Calls);

        Process Start() => new SidecarProcess { WorkingDirectory = folder.FullName, ["Backup__Applications__shop__Url"] = application.Url }.Start(args);
    }

    /// <summary>Waits until a job is over.</summary>
    private static Task<string> FollowAsync(TempFolder folder, string port, string job)
    {
        string id = JobId().Match(job).Groups[1].Value;
        Assert.True(id.Length > 0, job);
        return BashAsync(folder, $"curl -s localhost:{port}/v1/jobs/{id}/events | tail -n 3");
    }

    private static async Task<string> BashAsync(TempFolder folder, string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, WorkingDirectory = folder.FullName };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    private static string ServiceSection()
    {
        string readme = File.ReadAllText(SourceTree.Combine("README.md"));
        int start = readme.IndexOf("## The service", StringComparison.Ordinal);
        return readme[start..readme.IndexOf("\n## ", start, StringComparison.Ordinal)];
    }

    /// <summary>The lines that the section prints to be typed.</summary>
    private static string[] Lines(string section) =>
        [.. section.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..])];

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^curl (?:.*\\\n)*.*$", RegexOptions.Multiline)]
    private static partial Regex Curl();

    [GeneratedRegex("\"id\":\"([0-9a-f]{32})\"")]
    private static partial Regex JobId();
}
