namespace Backup.Sidecar.Configuration;

/// <summary>
/// An application that requests may name: it holds still for a backup, exports and imports. It has the endpoints
/// <c>POST /backup/quiesce</c>, <c>POST /backup/resume</c>, <c>GET /backup/manifest</c>, <c>GET /backup/export</c> and
/// <c>POST /backup/import</c>, or those of them that it is asked for.
/// </summary>
internal sealed record ApplicationSettings
{
    /// <summary>Where it listens; or else <see cref="AppId"/>.</summary>
    public string? Url { get; init; }

    /// <summary>Its id, for calls through Dapr.</summary>
    public string? AppId { get; init; }

    /// <summary>How long it may take to hold still, to go on, to say what it has, and to begin an export.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long no byte of an export or import may move, and no answer come to an import that is complete.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
