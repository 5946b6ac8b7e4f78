using Backup.Sidecar.Jobs;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>A state store by which replicas share their jobs, and the replicas.</summary>
internal sealed class SharedState
{
    /// <summary>Settings of a replica.</summary>
    public static readonly Dictionary<string, string?> Settings = new()
    {
        ["Backup:Dapr:ClaimStore"] = "backup-state",
        ["Backup:Dapr:LeaseTime"] = "1s",
        ["Backup:Workers"] = "1",
    };

    /// <summary>What the store has.</summary>
    public StateBacking Backing { get; } = new();

    /// <summary>Starts a replica.</summary>
    public Task<DaprService> StartAsync(IJobExecutor? executor, Dictionary<string, string?>? settings = null, TimeProvider? time = null) => DaprService.StartAsync(
        settings ?? Settings, executor, prepare: dapr => dapr.StateStores["backup-state"] = new StateStoreDouble(Backing), time: time);

    /// <summary>Lets a replica accept a check, and gives its id.</summary>
    public static Task<string> AcceptAsync(DaprService service, string key) => AcceptAsync(service.Service, key);

    public static async Task<string> AcceptAsync(RunningService service, string key)
    {
        ServiceReply reply = (await service.PostAsync("/v1/jobs", """{"operation":"check"}""", ("Idempotency-Key", key))).Expect(202);
        return reply.Json.GetProperty("id").GetString() ?? "";
    }
}
