using System.Text.Json;

namespace Backup.Sidecar.Dapr;

/// <summary>A job that Dapr's scheduler runs: at its times daprd posts <see cref="Data"/> to <c>/job/NAME</c>.</summary>
internal sealed record DaprJob
{
    /// <summary>Six cron fields (seconds first), <c>@every 1h</c>, <c>@daily</c>; <c>CRON_TZ=Europe/Rome</c> before it pins a zone.</summary>
    public string? Schedule { get; init; }

    /// <summary>When it runs first: RFC 3339, a Go duration from now, or ISO 8601. Needed without a schedule.</summary>
    public string? DueTime { get; init; }

    /// <summary>How often it runs; null for always (or once, without a schedule).</summary>
    public int? Repeats { get; init; }

    /// <summary>When it ends, written as <see cref="DueTime"/> is.</summary>
    public string? Ttl { get; init; }

    /// <summary>What the callback gets as its body; null for nothing.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>Whether a job of the name is replaced. Where not, and there is one, scheduling fails.</summary>
    public bool Overwrite { get; init; }

    /// <summary>What happens when the callback fails; null: three tries more, about a second apart.</summary>
    public JobFailurePolicy? FailurePolicy { get; init; }
}
