using System.Text.Json;

namespace Backup.Sidecar.Dapr;

/// <summary>Calls daprd over its public API.</summary>
internal sealed class DaprClient : IDaprClient
{
    // daprd closes connections that were idle for three minutes; ours must be the one to know first.
    private static readonly TimeSpan IdleConnections = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan HealthPoll = TimeSpan.FromMilliseconds(250);

    private readonly DaprOptions _options;
    private readonly HttpClient _client;
    private readonly DaprHttp _http;
    private readonly DaprGrpc _grpc;
    private readonly StateReads _reads;
    private readonly ConfigurationCalls _configuration;
    private readonly SecretCalls _secrets;
    private readonly JobCalls _jobs;

    /// <summary>A client; nothing is connected yet.</summary>
    public DaprClient(DaprOptions options)
        : this(options, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionIdleTimeout = IdleConnections,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        })
    {
    }

    /// <summary>A client that sends through this handler, which it disposes.</summary>
    public DaprClient(DaprOptions options, HttpMessageHandler handler)
    {
        _options = options;
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var retry = new DaprRetry(options);
        _http = new DaprHttp(_client, options, retry);
        _grpc = new DaprGrpc(_client, options, retry);
        _reads = new StateReads(_grpc, _http);
        _configuration = new ConfigurationCalls(_http);
        _secrets = new SecretCalls(_http);
        _jobs = new JobCalls(_http);
    }

    /// <inheritdoc/>
    public async Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = "application/json",
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        await _http.SendAsync(
            $"publish to the topic {topicName} of {pubsubName}",
            Post($"v1.0/publish/{DaprHttp.Segment(pubsubName)}/{DaprHttp.Segment(topicName)}{DaprHttp.Query(metadata)}", data) with
            {
                ContentType = dataContentType,
                IsRepeatable = true,
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BulkPublishFailure>> BulkPublishEventAsync(
        string pubsubName,
        string topicName,
        IReadOnlyList<BulkPublishEntry> events,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        BulkPublish.SendAsync(_http, pubsubName, topicName, events, metadata, cancellationToken);

    /// <inheritdoc/>
    public async Task<BindingResponse> InvokeBindingAsync(BindingRequest request, CancellationToken cancellationToken = default)
    {
        string what = $"{request.Operation} with the binding {request.BindingName}";
        try
        {
            return BindingMessages.Read(
                await _grpc.CallAsync(what, "InvokeBinding", BindingMessages.Invoke(request), request.IsRepeatable, cancellationToken));
        }
        catch (DaprException exception) when (exception.IsTooLarge && request.Operation is not "create")
        {
            DaprAnswer answer = await _http.SendAsync(
                what,
                Post($"v1.0/bindings/{DaprHttp.Segment(request.BindingName)}", BindingMessages.ToJson(request)) with { IsRepeatable = request.IsRepeatable },
                cancellationToken);
            return new BindingResponse(answer.Body, answer.Metadata);
        }
    }

    /// <inheritdoc/>
    public Task<StateEntry> GetByteStateAndETagAsync(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _reads.GetAsync(storeName, key, consistencyMode, metadata, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StateEntry>> GetBulkByteStateAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _reads.GetAsync(storeName, keys, parallelism, metadata, cancellationToken);

    /// <inheritdoc/>
    public async Task SaveBulkByteStateAsync(
        string storeName, IReadOnlyList<StateWrite> items, CancellationToken cancellationToken = default)
    {
        try
        {
            await _grpc.CallAsync(
                items is [StateWrite item] ? $"write the key {item.Key} of {storeName}" : $"write {items.Count} keys of {storeName}",
                "SaveState",
                StateMessages.Items(storeName, items),
                isRepeatable: items.All(IsRepeatable),
                cancellationToken);
        }
        catch (DaprException exception) when (exception.IsTooLarge && items.Count > 1)
        {
            int half = items.Count / 2;
            await SaveBulkByteStateAsync(storeName, [.. items.Take(half)], cancellationToken);
            await SaveBulkByteStateAsync(storeName, [.. items.Skip(half)], cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TrySaveByteStateAsync(
        string storeName,
        string key,
        ReadOnlyMemory<byte> value,
        string etag,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        var item = new StateWrite(key, value) { ETag = etag, Options = stateOptions, Metadata = metadata };
        return await FitsAsync(SaveBulkByteStateAsync(storeName, [item], cancellationToken));
    }

    /// <inheritdoc/>
    public Task DeleteStateAsync(
        string storeName,
        string key,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        DeleteAsync(storeName, key, null, stateOptions, metadata, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TryDeleteStateAsync(
        string storeName,
        string key,
        string etag,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        return FitsAsync(DeleteAsync(storeName, key, etag, stateOptions, metadata, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task DeleteBulkStateAsync(
        string storeName, IReadOnlyList<StateWrite> items, CancellationToken cancellationToken = default) =>
        await _grpc.CallAsync(
            $"remove {items.Count} keys of {storeName}",
            "DeleteBulkState",
            StateMessages.Items(storeName, items),
            isRepeatable: items.All(IsRepeatable),
            cancellationToken);

    /// <inheritdoc/>
    public async Task ExecuteStateTransactionAsync(
        string storeName,
        IReadOnlyList<StateWrite> operations,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        await _grpc.CallAsync(
            $"change {operations.Count} keys of {storeName} together",
            "ExecuteStateTransaction",
            StateMessages.Transaction(storeName, operations, metadata),
            isRepeatable: operations.All(IsRepeatable),
            cancellationToken);

    /// <inheritdoc/>
    public Task<StateQueryPage> QueryStateAsync(
        string storeName,
        string jsonQuery,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        StateQuery.SendAsync(_http, storeName, jsonQuery, metadata, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, ConfigurationItem>> GetConfigurationAsync(
        string storeName,
        IReadOnlyList<string> keys,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _configuration.GetAsync(storeName, keys, metadata, cancellationToken);

    /// <inheritdoc/>
    public Task<string> SubscribeConfigurationAsync(
        string storeName,
        IReadOnlyList<string> keys,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _configuration.SubscribeAsync(storeName, keys, metadata, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> UnsubscribeConfigurationAsync(string storeName, string id, CancellationToken cancellationToken = default) =>
        _configuration.UnsubscribeAsync(storeName, id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>> GetSecretAsync(
        string storeName,
        string key,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _secrets.GetAsync(storeName, key, metadata, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetBulkSecretAsync(
        string storeName,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default) =>
        _secrets.GetAllAsync(storeName, metadata, cancellationToken);

    /// <inheritdoc/>
    public Task ScheduleJobAsync(string jobName, DaprJob job, CancellationToken cancellationToken = default) =>
        _jobs.ScheduleAsync(jobName, job, cancellationToken);

    /// <inheritdoc/>
    public Task<DaprJob?> GetJobAsync(string jobName, CancellationToken cancellationToken = default) =>
        _jobs.GetAsync(jobName, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteJobAsync(string jobName, CancellationToken cancellationToken = default) =>
        _jobs.DeleteAsync(jobName, cancellationToken);

    /// <inheritdoc/>
    public HttpRequestMessage CreateInvokeMethodRequest(HttpMethod httpMethod, string appId, string methodName) =>
        new(httpMethod, _http.AddressOf($"v1.0/invoke/{DaprHttp.Segment(appId)}/method/{methodName.TrimStart('/')}"));

    /// <inheritdoc/>
    public async Task<HttpResponseMessage> InvokeMethodWithResponseAsync(
        HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _http.ForwardAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new DaprException($"Dapr could not be reached to call {request.RequestUri}: {exception.Message}", exception) { IsWithoutAnswer = true };
        }
    }

    /// <inheritdoc/>
    public async Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default)
    {
        const string What = "tell about itself";
        DaprAnswer answer = await _http.SendAsync(What, DaprHttpCall.Get("v1.0/metadata"), cancellationToken);
        return DaprJson.Read(What, answer.Body, document => new DaprMetadata(
            DaprJson.Text(document.RootElement, "id") ?? "",
            DaprJson.Text(document.RootElement, "runtimeVersion") ?? "",
            document.RootElement.TryGetProperty("components", out JsonElement components)
                ? components.Deserialize(DaprJson.Default.DaprComponentArray) ?? []
                : []));
    }

    /// <inheritdoc/>
    public Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default) => IsHealthyAsync("v1.0/healthz", cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default) =>
        IsHealthyAsync("v1.0/healthz/outbound", cancellationToken);

    /// <inheritdoc/>
    public async Task WaitForSidecarAsync(CancellationToken cancellationToken = default)
    {
        long start = _options.Time.GetTimestamp();
        while (!await CheckOutboundHealthAsync(cancellationToken))
        {
            if (_options.Time.GetElapsedTime(start) >= _options.HealthTimeout)
            {
                throw new DaprException(
                    $"Dapr did not come up at {_options.HttpEndpoint} within {_options.HealthTimeout.TotalSeconds:0} s. "
                        + "Is daprd running? DAPR_HTTP_ENDPOINT or DAPR_HTTP_PORT say where it is.");
            }

            await Task.Delay(HealthPoll, _options.Time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static DaprHttpCall Post(string path, ReadOnlyMemory<byte> body) =>
        new() { Method = HttpMethod.Post, Path = path, Body = body };

    /// <summary>A second write of what the first one wrote changes nothing; one that compares would not fit any more.</summary>
    private static bool IsRepeatable(StateWrite item) =>
        item.ETag is null && item.Options?.Concurrency is not ConcurrencyMode.FirstWrite;

    private static async Task<bool> FitsAsync(Task write)
    {
        try
        {
            await write;
            return true;
        }
        catch (DaprException exception) when (exception.IsETagMismatch)
        {
            return false;
        }
    }

    private async Task DeleteAsync(
        string storeName,
        string key,
        string? etag,
        StateOptions? options,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken) =>
        await _grpc.CallAsync(
            $"remove the key {key} of {storeName}",
            "DeleteState",
            StateMessages.Delete(storeName, key, etag, options, metadata),
            isRepeatable: etag is null,
            cancellationToken);

    private async Task<bool> IsHealthyAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await _http.SendAsync("say whether it is well", DaprHttpCall.Get(path) with { IsRepeatable = false }, cancellationToken);
            return true;
        }
        catch (DaprException)
        {
            return false; // that is the answer
        }
    }
}
