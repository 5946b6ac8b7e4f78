using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Backup.Benchmarks.Compare;

namespace Backup.Benchmarks.Load;

/// <summary>
/// Requests come at a steady rate, whether or not earlier ones are answered, and each one's time counts from when it was due: a service
/// that stalls does not get fewer requests for it.
/// </summary>
internal sealed class LoadTest(LoadOptions options)
{
    private readonly ConcurrentQueue<double> _milliseconds = [];
    private int _refused;
    private long _peak;

    /// <summary>Runs it and says what was seen.</summary>
    public async Task<LoadResult> RunAsync()
    {
        string folder = Path.Combine(options.Work, Guid.NewGuid().ToString("N"));
        string root = Path.Combine(folder, "root");
        Directory.CreateDirectory(root);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 256 };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(1) };
        try
        {
            Fill(root);
            using LoadedService service = await LoadedService.StartAsync(options.Ours ?? OwnProgram.Find(), folder, root, client);
            using var stop = new CancellationTokenSource();
            Task folders = BackUpAsync(client, service, root, stop.Token);
            await AskAsync(client, service, options.WarmUp, "w");
            _milliseconds.Clear();
            _refused = 0;
            long memory = service.Memory;
            TimeSpan processor = service.ProcessorTime;
            long begin = Stopwatch.GetTimestamp();
            await AskAsync(client, service, options.Seconds, "r");
            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            processor = service.ProcessorTime - processor;
            await stop.CancelAsync();
            await folders;
            return Describe(seconds, processor, memory);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Fill(string root)
    {
        var random = new Random(1);
        byte[] content = new byte[1_000_000];
        for (int i = 0; i < options.Megabytes; i++)
        {
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(root, $"{i}"), content);
        }
    }

    /// <summary>Has the folder backed up, reading everything, again and again.</summary>
    private static async Task BackUpAsync(HttpClient client, LoadedService service, string root, CancellationToken cancellationToken)
    {
        string request = $$"""{"backup":{"type":"full","sources":[{"files":{"paths":["{{root.Replace("\\", "\\\\", StringComparison.Ordinal)}}"]} }]} }""";
        try
        {
            while (true)
            {
                using HttpResponseMessage response = await PostAsync(client, service, request, Guid.NewGuid().ToString("N"), cancellationToken);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // the end
        }
    }

    private async Task AskAsync(HttpClient client, LoadedService service, int seconds, string prefix)
    {
        int count = options.Rate * seconds;
        var answers = new Task[count];
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            double due = 1000.0 * i / options.Rate;
            while (Stopwatch.GetElapsedTime(begin).TotalMilliseconds is double now && now < due)
            {
                await Task.Delay(1);
            }

            answers[i] = AskAsync(client, service, $"{prefix}-{i}", begin, due);
            _peak = i % 100 == 0 ? Math.Max(_peak, service.Memory) : _peak;
        }

        await Task.WhenAll(answers);
        _peak = Math.Max(_peak, service.Memory);
    }

    private async Task AskAsync(HttpClient client, LoadedService service, string key, long begin, double due)
    {
        string request = $$"""{"backup":{"sources":[{"payload":{"name":"{{key}}","text":"the content of order {{key}}"} }]} }""";
        using HttpResponseMessage response = await PostAsync(client, service, request, key, CancellationToken.None);
        _milliseconds.Enqueue(Stopwatch.GetElapsedTime(begin).TotalMilliseconds - due);
        if (response.StatusCode != HttpStatusCode.Accepted)
        {
            Interlocked.Increment(ref _refused);
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient client, LoadedService service, string request, string key, CancellationToken cancellationToken)
    {
        using var content = new StringContent(request, Encoding.UTF8, "application/json");
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Address, "v1/jobs")) { Content = content };
        message.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(message, cancellationToken);
    }

    private LoadResult Describe(double seconds, TimeSpan processor, long memory)
    {
        double[] sorted = [.. _milliseconds.Order()];
        string load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors, load average {load}; {options.Rate} requests/s asked for, a folder of {options.Megabytes} MB backed up meanwhile

            | requests | answered | refused | p50 | p90 | p99 | longest | processor | memory before | at most |
            |---|---|---|---|---|---|---|---|---|---|
            | {sorted.Length} | {sorted.Length / seconds:F0}/s | {_refused} | {At(0.5):F1} ms | {At(0.9):F1} ms | {At(0.99):F1} ms | {sorted[^1]:F1} ms | {processor.TotalSeconds / seconds:P0} | {memory / 1e6:F0} MB | {_peak / 1e6:F0} MB |
            """);
        return new LoadResult(text, sorted.Length / seconds, _refused, At(0.99)) { Rate = options.Rate };

        double At(double part) => sorted[(int)(part * (sorted.Length - 1))];
    }
}
