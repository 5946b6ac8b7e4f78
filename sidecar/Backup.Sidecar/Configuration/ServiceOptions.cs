using System.Text.Json.Serialization;

namespace Backup.Sidecar.Configuration;

/// <summary>The service's settings: the section <c>Backup</c> of the configuration.</summary>
internal sealed record ServiceOptions
{
    /// <summary>Where to listen. Anything but a loopback address needs a token.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:8090";

    /// <summary>What callers have to show, as <c>Authorization: Bearer …</c> or <c>dapr-api-token</c>.</summary>
    public string? Token { get; init; }

    /// <summary>A file with the token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Listen to everybody without a token, because something else keeps strangers out.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Where the journal of jobs is.</summary>
    public string? DataFolder { get; init; }

    /// <summary>How the log is written: lines of <c>text</c>, or of <c>json</c>.</summary>
    public string LogFormat { get; set; } = "text";

    /// <summary>The file that these settings are from; null if there is none. No setting itself.</summary>
    [JsonIgnore]
    public string? ConfigurationFile { get; init; }

    /// <summary>Folders below which files may be backed up.</summary>
    public IReadOnlyList<string> Roots { get; set; } = [];

    /// <summary>Folders below which files may be restored; none: the same.</summary>
    public IReadOnlyList<string> RestoreRoots { get; set; } = [];

    /// <summary>Jobs that run at once, 1 … 64.</summary>
    public int Workers { get; set; } = 2;

    /// <summary>Jobs that may wait; more requests are refused.</summary>
    public int MaxQueued { get; set; } = 10_000;

    /// <summary>How long running jobs may go on after a request to stop.</summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long jobs that are over are remembered.</summary>
    public TimeSpan KeepJobs { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The largest request, in bytes.</summary>
    public long MaxRequestBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Requests a second, on average; twice as many in a burst.</summary>
    public int MaxRequestsPerSecond { get; set; } = 1000;

    public IReadOnlyDictionary<string, RepositorySettings> Repositories { get; set; } = new Dictionary<string, RepositorySettings>();

    public DaprSettings Dapr { get; set; } = new();

    public IReadOnlyDictionary<string, ApplicationSettings> Applications { get; set; } = new Dictionary<string, ApplicationSettings>();

    public IReadOnlyDictionary<string, Policy> Policies { get; set; } = new Dictionary<string, Policy>();
}
