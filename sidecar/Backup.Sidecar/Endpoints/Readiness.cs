namespace Backup.Sidecar.Endpoints;

/// <summary>Whether requests are taken, and how much there is to do.</summary>
internal sealed record Readiness(bool Ready, int Queued, int Running);
