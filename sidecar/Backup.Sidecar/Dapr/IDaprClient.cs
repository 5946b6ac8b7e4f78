namespace Backup.Sidecar.Dapr;

/// <summary>
/// What we use of Dapr, named and ordered as in the package Dapr.Client, so that this can be replaced by it. What carries
/// other people's bytes goes over gRPC, which leaves them alone; the rest is JSON over HTTP. All members may be called
/// concurrently, and throw <see cref="DaprException"/> for whatever goes wrong at Dapr.
/// </summary>
/// <remarks>
/// Calls that may be repeated without harm are, with pauses, while that can help: reads, writes without an ETag, bindings,
/// publishing (subscribers get an event at least once anyway). Others are made once.
/// </remarks>
internal interface IDaprClient : IDisposable
{
    /// <summary>Publishes an event.</summary>
    /// <param name="pubsubName">The component.</param>
    /// <param name="topicName">The topic.</param>
    /// <param name="data">Its data, or a whole CloudEvent where the content type says so. Lent for the call.</param>
    /// <param name="dataContentType">Such as <c>application/json</c>, <c>application/cloudevents+json</c>.</param>
    /// <param name="metadata">Such as <c>ttlInSeconds</c>, <c>rawPayload</c>, <c>cloudevent.id</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = "application/json",
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Publishes several events.</summary>
    /// <returns>Those that were not published.</returns>
    Task<IReadOnlyList<BulkPublishFailure>> BulkPublishEventAsync(
        string pubsubName,
        string topicName,
        IReadOnlyList<BulkPublishEntry> events,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Has an output binding do something. Over gRPC; an answer too large for it is fetched over HTTP, except for <c>create</c>.
    /// </summary>
    Task<BindingResponse> InvokeBindingAsync(BindingRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads a key, however large its value is. One that is not there is no error: its value is null.</summary>
    Task<StateEntry> GetByteStateAndETagAsync(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Reads several keys; in several calls if their values are too much for one.</summary>
    /// <returns>One entry for each, in no order.</returns>
    Task<IReadOnlyList<StateEntry>> GetBulkByteStateAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Writes keys, not atomically; in several calls if they are too much for one.</summary>
    /// <exception cref="DaprException">Some or all were not written; <c>IsETagMismatch</c> tells why.</exception>
    Task SaveBulkByteStateAsync(string storeName, IReadOnlyList<StateWrite> items, CancellationToken cancellationToken = default);

    /// <summary>Writes a key if its version is still this one.</summary>
    /// <returns>False if it is not.</returns>
    Task<bool> TrySaveByteStateAsync(
        string storeName,
        string key,
        ReadOnlyMemory<byte> value,
        string etag,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Removes a key. One that is not there is no error.</summary>
    Task DeleteStateAsync(
        string storeName,
        string key,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Removes a key if its version is still this one.</summary>
    /// <returns>False if it is not.</returns>
    Task<bool> TryDeleteStateAsync(
        string storeName,
        string key,
        string etag,
        StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Removes keys, not atomically.</summary>
    Task DeleteBulkStateAsync(string storeName, IReadOnlyList<StateWrite> items, CancellationToken cancellationToken = default);

    /// <summary>Writes and removes keys, all or none (as far as the store can).</summary>
    Task ExecuteStateTransactionAsync(
        string storeName,
        IReadOnlyList<StateWrite> operations,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Asks a store that can be asked (an alpha API, which few have, and which ignores key prefixes).</summary>
    /// <param name="storeName">The component.</param>
    /// <param name="jsonQuery">Filter, sort and page as JSON.</param>
    /// <param name="metadata">What the store wants to know.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<StateQueryPage> QueryStateAsync(
        string storeName,
        string jsonQuery,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Reads configuration.</summary>
    /// <param name="storeName">The component.</param>
    /// <param name="keys">The keys; none for all, where the store can.</param>
    /// <param name="metadata">What the store wants to know.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyDictionary<string, ConfigurationItem>> GetConfigurationAsync(
        string storeName,
        IReadOnlyList<string> keys,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Has daprd post changes to <c>/configuration/STORE/KEY</c>, until it or we start again.</summary>
    /// <returns>The subscription's id.</returns>
    Task<string> SubscribeConfigurationAsync(
        string storeName,
        IReadOnlyList<string> keys,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Ends that.</summary>
    /// <returns>Whether there was such a subscription.</returns>
    Task<bool> UnsubscribeConfigurationAsync(string storeName, string id, CancellationToken cancellationToken = default);

    /// <summary>Reads a secret: its parts by name. Empty if there is none.</summary>
    Task<IReadOnlyDictionary<string, string>> GetSecretAsync(
        string storeName,
        string key,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Reads all secrets that we may.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetBulkSecretAsync(
        string storeName,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default);

    /// <summary>Schedules a job.</summary>
    /// <exception cref="DaprException">It failed; HTTP 409: there is a job of the name, and it is not to be replaced.</exception>
    Task ScheduleJobAsync(string jobName, DaprJob job, CancellationToken cancellationToken = default);

    /// <summary>Reads a job; null if there is none.</summary>
    Task<DaprJob?> GetJobAsync(string jobName, CancellationToken cancellationToken = default);

    /// <summary>Removes a job.</summary>
    Task DeleteJobAsync(string jobName, CancellationToken cancellationToken = default);

    /// <summary>A request to another application, to be sent by <see cref="InvokeMethodWithResponseAsync"/>.</summary>
    /// <param name="httpMethod">GET, POST …</param>
    /// <param name="appId">The application.</param>
    /// <param name="methodName">The path there, with its query, as it is to arrive.</param>
    HttpRequestMessage CreateInvokeMethodRequest(HttpMethod httpMethod, string appId, string methodName);

    /// <summary>Sends a request to another application. Bodies stream both ways; any status is an answer.</summary>
    /// <exception cref="DaprException">daprd could not be reached.</exception>
    Task<HttpResponseMessage> InvokeMethodWithResponseAsync(HttpRequestMessage request, CancellationToken cancellationToken = default);

    /// <summary>What daprd tells about itself.</summary>
    Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether daprd is up and has found our application.</summary>
    Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether daprd's components and APIs are up.</summary>
    Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until daprd's components and APIs are up. Listen before you wait: daprd waits for us.</summary>
    /// <exception cref="DaprException">They did not come up in time.</exception>
    Task WaitForSidecarAsync(CancellationToken cancellationToken = default);
}
