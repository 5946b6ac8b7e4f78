using System.Net;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr;

/// <summary>The configuration API.</summary>
internal sealed class ConfigurationHttp(DaprDouble dapr) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ConfigurationStoreDouble Store, Func<string, string, string, Task> Push)> _subscriptions = [];

    /// <summary>How many subscriptions there are.</summary>
    public int Subscriptions
    {
        get
        {
            lock (_gate)
            {
                return _subscriptions.Count;
            }
        }
    }

    public DaprReply Handle(DaprRequest request, string[] rest)
    {
        if (request.Method != "GET" || rest.Length == 0)
        {
            throw DaprFaultException.NoSuchApi();
        }

        if (dapr.ConfigurationStores.Count == 0)
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError, GrpcCode.FailedPrecondition, "ERR_CONFIGURATION_STORE_NOT_CONFIGURED", "configuration stores not configured");
        }

        ConfigurationStoreDouble store = dapr.ConfigurationStores.GetValueOrDefault(rest[0]) ?? throw new DaprFaultException(
            HttpStatusCode.BadRequest, GrpcCode.InvalidArgument, "ERR_CONFIGURATION_STORE_NOT_FOUND", $"configuration store {rest[0]} not found");
        return rest[1..] switch
        {
            [] => Get(store, request.Values("key")),
            ["subscribe"] => Subscribe(rest[0], store, request.Values("key")),
            [string id, "unsubscribe"] => Unsubscribe(id),
            _ => throw DaprFaultException.NoSuchApi(),
        };
    }

    /// <summary>Forgets all subscriptions, as a restart does.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach ((ConfigurationStoreDouble store, Func<string, string, string, Task> push) in _subscriptions.Values)
            {
                store.Changed -= push;
            }

            _subscriptions.Clear();
        }
    }

    private static DaprReply Get(ConfigurationStoreDouble store, IReadOnlyList<string> keys)
    {
        IReadOnlyList<(string Key, string Value, string Version)> items = store.Get([.. keys]);
        return items.Count == 0 ? DaprReply.Empty : DaprReply.Json(Items(items));
    }

    private static JsonObject Items(IEnumerable<(string Key, string Value, string Version)> items)
    {
        var answer = new JsonObject();
        foreach ((string key, string value, string version) in items)
        {
            answer[key] = new JsonObject { ["value"] = value, ["version"] = version, ["metadata"] = new JsonObject() };
        }

        return answer;
    }

    private DaprReply Subscribe(string name, ConfigurationStoreDouble store, IReadOnlyList<string> keys)
    {
        if (dapr.App.Client is null)
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError, GrpcCode.FailedPrecondition, "ERR_APP_CHANNEL_NIL", "app channel is not initialized. cannot subscribe to configuration updates");
        }

        string id = Guid.NewGuid().ToString();
        async Task PushAsync(string key, string value, string version)
        {
            if (keys.Count == 0 || keys.Contains(key))
            {
                await this.PushAsync(name, id, key, value, version);
            }
        }

        lock (_gate)
        {
            _subscriptions[id] = (store, PushAsync);
            store.Changed += PushAsync;
        }

        return DaprReply.Json(new JsonObject { ["id"] = id });
    }

    /// <summary>Only exactly 200 is good; what is not comes again only by an inbound policy.</summary>
    private async Task PushAsync(string name, string id, string key, string value, string version)
    {
        byte[] body = CloudEventEnvelope.Bytes(new JsonObject { ["id"] = id, ["items"] = Items([(key, value, version)]) });
        for (int attempt = 0; attempt <= dapr.Options.InboundRetries; attempt++)
        {
            try
            {
                AppAnswer answer = await dapr.App.CallAsync(HttpMethod.Post, $"/configuration/{name}/{key}", body, "application/json");
                if (answer.Status == 200)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // The application is away: the next try, or the change is lost.
            }
        }
    }

    private DaprReply Unsubscribe(string id)
    {
        lock (_gate)
        {
            if (!_subscriptions.Remove(id, out (ConfigurationStoreDouble Store, Func<string, string, string, Task> Push) subscription))
            {
                return new DaprReply(HttpStatusCode.InternalServerError, CloudEventEnvelope.Bytes(new JsonObject
                {
                    ["message"] = $"failed to unsubscribe to configuration request {id}: subscription with id {id} does not exist",
                }));
            }

            subscription.Store.Changed -= subscription.Push;
        }

        return DaprReply.Json(new JsonObject { ["ok"] = true });
    }
}
