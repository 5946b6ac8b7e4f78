namespace Backup.Sidecar.Dapr;

/// <summary>What happens when a job's callback fails.</summary>
/// <param name="Interval">How long until the next try, as a Go duration such as <c>30s</c>; null: it is not tried again.</param>
/// <param name="MaxRetries">How many tries follow the first; null for any number.</param>
internal sealed record JobFailurePolicy(string? Interval = null, int? MaxRetries = null);
