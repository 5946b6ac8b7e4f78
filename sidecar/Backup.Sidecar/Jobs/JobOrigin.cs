namespace Backup.Sidecar.Jobs;

/// <summary>Where a request came from.</summary>
/// <param name="Door">The way it came in.</param>
/// <param name="Key">Tells it apart from others of its sender: the same key again is the same request again.</param>
/// <param name="TraceParent">The W3C trace context of who asked.</param>
internal sealed record JobOrigin(JobDoor Door, string? Key = null, string? TraceParent = null);
