using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>The service, listening on a port of its own, with a repository «main», an allowed root, and a client.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    public const string Password = "a secret that must not show up";

    private readonly TempFolder? _ownFolder;
    private bool _isStopped;

    private RunningService(TempFolder? ownFolder, ServiceFolder folder, Service service)
    {
        (_ownFolder, Folder, Service) = (ownFolder, folder, service);
        Client = new HttpClient { BaseAddress = service.Address };
    }

    public ServiceFolder Folder { get; }

    public Service Service { get; }

    public HttpClient Client { get; }

    public JobBook Book => Service.Services.GetRequiredService<JobBook>();

    /// <summary>Starts one in a new folder.</summary>
    public static async Task<RunningService> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null,
        IJobExecutor? executor = null,
        TimeProvider? time = null,
        Func<string, string?>? environment = null)
    {
        var folder = new TempFolder();
        return await StartAsync(new ServiceFolder(folder), settings, executor, time, folder, environment);
    }

    /// <summary>Starts one where another one was before.</summary>
    public static async Task<RunningService> StartAsync(
        ServiceFolder folder,
        IReadOnlyDictionary<string, string?>? settings = null,
        IJobExecutor? executor = null,
        TimeProvider? time = null,
        TempFolder? ownFolder = null,
        Func<string, string?>? environment = null)
    {
        if (!Directory.Exists(folder.Repository))
        {
            await FolderRepository.CreateAsync(folder.Repository, Password);
        }

        var all = new Dictionary<string, string?>
        {
            ["Backup:Listen"] = "http://127.0.0.1:0",
            ["Backup:DataFolder"] = folder.Data,
            ["Backup:Roots:0"] = folder.Root,
            ["Backup:Repositories:main:Location"] = folder.Repository,
            ["Backup:Repositories:main:Password"] = Password,
            ["Logging:LogLevel:Default"] = "None",
        };
        foreach ((string name, string? value) in settings ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        Service service = Service.Create(
            new ServeSettings
            {
                Overrides = all,
                UseEnvironment = false,
                Environment = environment ?? (_ => null),
                Time = time ?? TimeProvider.System,
            },
            services =>
            {
                if (executor is not null)
                {
                    services.Replace(ServiceDescriptor.Singleton(executor));
                }
            });
        await service.StartAsync(CancellationToken.None);
        return new RunningService(ownFolder, folder, service);
    }

    /// <summary>Sends a JSON document.</summary>
    public async Task<ServiceReply> PostAsync(string path, string json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await SendAsync(request);
    }

    public async Task<ServiceReply> GetAsync(string path) => await SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public async Task<ServiceReply> DeleteAsync(string path) => await SendAsync(new HttpRequestMessage(HttpMethod.Delete, path));

    public async Task<ServiceReply> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await Client.SendAsync(request);
        return new ServiceReply(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType ?? "",
            await response.Content.ReadAsByteArrayAsync(),
            response.Headers);
    }

    /// <summary>Asks for a job and waits until it is over.</summary>
    /// <returns>The job.</returns>
    public async Task<JsonElement> RunAsync(string request)
    {
        ServiceReply reply = (await PostAsync("/v1/jobs", request)).Expect(202);
        return await EndOfAsync(reply.Json.GetProperty("id").GetString() ?? "");
    }

    /// <summary>Waits until a job is over, as clients do: by its events.</summary>
    public async Task<JsonElement> EndOfAsync(string jobId) => (await EventsOfAsync(jobId))[^1].Job;

    /// <summary>All events of a job until it is over.</summary>
    public async Task<IReadOnlyList<(string Name, JsonElement Job)>> EventsOfAsync(string jobId)
    {
        string text = await Client.GetStringAsync($"/v1/jobs/{jobId}/events");
        return
        [
            .. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(part => part.StartsWith("event: ", StringComparison.Ordinal)).Select(part =>
            {
                string[] lines = part.Split('\n');
                return (lines[0]["event: ".Length..], JsonElement.Parse(lines[1]["data: ".Length..]));
            }),
        ];
    }

    /// <summary>Stops it in an orderly way; its folder stays.</summary>
    public async Task StopAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            await Service.StopAsync(CancellationToken.None);
            await Service.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await StopAsync();
        _ownFolder?.Dispose();
    }
}
