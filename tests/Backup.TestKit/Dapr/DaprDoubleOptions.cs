namespace Backup.TestKit.Dapr;

/// <summary>How a <see cref="DaprDouble"/> is set up: what daprd takes from its command line, environment and configuration.</summary>
public sealed record DaprDoubleOptions
{
    /// <summary>--app-id.</summary>
    public string AppId { get; init; } = "backup";

    /// <summary>NAMESPACE; null if it is not set.</summary>
    public string? Namespace { get; init; }

    /// <summary>DAPR_API_TOKEN: what callers must show.</summary>
    public string? ApiToken { get; init; }

    /// <summary>APP_API_TOKEN: what the application is shown.</summary>
    public string? AppApiToken { get; init; }

    /// <summary>--max-body-size, in bytes.</summary>
    public int MaxBodySize { get; init; } = 4 << 20;

    /// <summary>--app-max-concurrency; null for no limit.</summary>
    public int? AppMaxConcurrency { get; init; }

    /// <summary>--enable-app-health-check: until it was well, nothing is delivered.</summary>
    public bool AppHealthCheck { get; init; }

    /// <summary>--app-health-check-path.</summary>
    public string AppHealthCheckPath { get; init; } = "/healthz";

    /// <summary>How many tries follow the first when the application fails: a Resiliency resource's inbound policy. 0: there is none.</summary>
    public int InboundRetries { get; init; }

    /// <summary>Whether jobs have their alpha names only, as before 1.18.</summary>
    public bool JobsAreAlpha { get; init; }

    /// <summary>Whether bulk publishing has its alpha name only, as before 1.17.</summary>
    public bool BulkPublishIsAlpha { get; init; }

    /// <summary>The version that it says it has.</summary>
    public string RuntimeVersion { get; init; } = "1.18.3";

    /// <summary>The clock, for envelopes, TTLs and schedules.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
