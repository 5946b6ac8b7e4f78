using System.Text;
using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.TestKit.Dapr;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>The service beside a daprd double that brings requests to it.</summary>
internal sealed class DaprService : IAsyncDisposable
{
    private readonly bool _ownsDapr;

    private DaprService(DaprDouble dapr, RunningService service, bool ownsDapr) => (Dapr, Service, _ownsDapr) = (dapr, service, ownsDapr);

    public DaprDouble Dapr { get; }

    public RunningService Service { get; }

    public BrokerDouble Broker => Dapr.PubSubs["backup-pubsub"];

    /// <summary>Starts both.</summary>
    public static async Task<DaprService> StartAsync(
        Dictionary<string, string?>? settings = null,
        IJobExecutor? executor = null,
        DaprDoubleOptions? options = null,
        Action<DaprDouble>? prepare = null,
        TimeProvider? time = null)
    {
        DaprDouble dapr = await DaprDouble.StartAsync(options);
        dapr.PubSubs["backup-pubsub"] = new BrokerDouble { Mode = BrokerMode.Redeliver };
        dapr.StateStores["backup-state"] = new StateStoreDouble();
        prepare?.Invoke(dapr);
        RunningService service = await RunningService.StartAsync(settings, executor, time, EnvironmentOf(dapr));
        await dapr.ConnectAppAsync(new ForwardingHandler(service.Service.Address));
        return new DaprService(dapr, service, ownsDapr: true);
    }

    /// <summary>Publishes a request as an application does, through daprd.</summary>
    public async Task PublishAsync(string type, string data, string? id = null)
    {
        using var client = new HttpClient();
        using var content = new StringContent(data, Encoding.UTF8, "application/json");
        string query = $"metadata.cloudevent.type={type}&metadata.cloudevent.source=shop" + (id is null ? "" : $"&metadata.cloudevent.id={id}");
        using HttpResponseMessage response = await client.PostAsync(new Uri(Dapr.HttpEndpoint, $"v1.0/publish/backup-pubsub/backup-requests?{query}"), content);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until all that was published was brought and all jobs are over.</summary>
    public async Task<IReadOnlyList<BackupJob>> SettleAsync()
    {
        await Broker.WhenIdleAsync();
        IReadOnlyList<BackupJob> jobs = await Service.Book.ListAsync(new JobFilter { Limit = 1000 }, CancellationToken.None);
        foreach (BackupJob job in jobs)
        {
            await Service.EndOfAsync(job.Id);
        }

        return await Service.Book.ListAsync(new JobFilter { Limit = 1000 }, CancellationToken.None);
    }

    /// <summary>One of the services that it is made of.</summary>
    public T Part<T>()
        where T : notnull => Service.Service.Services.GetRequiredService<T>();

    /// <summary>One of those that run in the background.</summary>
    public T Background<T>() => Service.Service.Services.GetServices<IHostedService>().OfType<T>().Single();

    /// <summary>Waits until something is so; a minute at most, so that what never comes is a failure.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            await Task.Delay(1, patience.Token);
        }
    }

    /// <summary>The events that the service published, in order.</summary>
    public IReadOnlyList<JsonElement> Events() => [.. Broker.Messages("backup-events").Select(bytes => JsonElement.Parse(bytes))];

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        if (_ownsDapr)
        {
            await Dapr.DisposeAsync();
        }
    }

    /// <summary>The environment that daprd gives to its application.</summary>
    public static Func<string, string?> EnvironmentOf(DaprDouble dapr) => name => name switch
    {
        "DAPR_HTTP_ENDPOINT" => dapr.HttpEndpoint.ToString(),
        "DAPR_GRPC_ENDPOINT" => dapr.GrpcEndpoint.ToString(),
        "DAPR_API_TOKEN" => dapr.Options.ApiToken,
        "APP_API_TOKEN" => dapr.Options.AppApiToken,
        _ => null,
    };
}
