namespace Backup.Sidecar.Dapr;

/// <summary>A page of what a query found.</summary>
/// <param name="Results">The keys and their values as JSON.</param>
/// <param name="Token">What the next page's query takes as its token; empty on the last.</param>
internal sealed record StateQueryPage(IReadOnlyList<StateEntry> Results, string Token);
