namespace Backup.Sidecar.Endpoints;

/// <summary>All configured policies.</summary>
internal sealed record PolicyList(IReadOnlyList<PolicyDescription> Policies);
