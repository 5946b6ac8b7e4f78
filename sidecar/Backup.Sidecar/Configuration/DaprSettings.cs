using System.Text.Json.Serialization;

namespace Backup.Sidecar.Configuration;

/// <summary>What the service does with the Dapr sidecar beside it. Names are those of components and topics.</summary>
internal sealed record DaprSettings
{
    /// <summary>Whether there is one; unset: if the environment says so (<c>DAPR_HTTP_PORT</c> …).</summary>
    public bool? Enabled { get; init; }

    /// <summary>The word for a name that is not wanted, since configuration has no difference between empty and absent.</summary>
    public const string None = "none";

    /// <summary>Where requests come from and events go to; <see cref="None"/>: neither.</summary>
    public string PubSub { get; set; } = "backup-pubsub";

    /// <summary>Where requests come from; <see cref="None"/>: not from a topic.</summary>
    public string RequestTopic { get; set; } = "backup-requests";

    /// <summary>Where events go to; <see cref="None"/>: they are not published.</summary>
    public string EventTopic { get; set; } = "backup-events";

    /// <summary>Where requests go that can't be understood; <see cref="None"/>: nowhere.</summary>
    public string DeadLetterTopic { get; set; } = "backup-requests-dead";

    /// <summary>Whether requests are published as plain JSON, without a CloudEvent around them.</summary>
    public bool RawRequests { get; init; }

    /// <summary>A configuration store that holds policies, too; <see cref="None"/>: there is none.</summary>
    public string ConfigurationStore { get; set; } = None;

    /// <summary>The item of it that is a JSON object of policies by name.</summary>
    public string PoliciesKey { get; set; } = "backup-policies";

    /// <summary>How often a running job publishes how far it is; zero: never.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Input bindings by name: the policy that one runs, such as a cron binding, or <c>*</c> if what it brings is a request.
    /// </summary>
    public IReadOnlyDictionary<string, string> Bindings { get; set; } = new Dictionary<string, string>();

    /// <summary>Whether Dapr's scheduler runs the policies, so that one of several replicas does, not each.</summary>
    public bool Jobs { get; init; }

    [JsonIgnore]
    public bool HasRequests => HasPubSub && RequestTopic is not ("" or None);

    [JsonIgnore]
    public bool HasEvents => HasPubSub && EventTopic is not ("" or None);

    [JsonIgnore]
    public bool HasDeadLetters => DeadLetterTopic is not ("" or None);

    /// <summary>
    /// The state store by which replicas share jobs: each request is done by one of them, and by another one if that one dies;
    /// empty: there are no others.
    /// </summary>
    public string ClaimStore { get; set; } = "";

    /// <summary>How long a replica may be silent before others take over its jobs, 1 s at least.</summary>
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(30);

    [JsonIgnore]
    public bool HasClaims => ClaimStore is not ("" or None);

    private bool HasPubSub => PubSub is not ("" or None);
}
