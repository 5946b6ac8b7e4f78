namespace Backup.Sidecar.Endpoints;

/// <summary>The names of all configured repositories.</summary>
internal sealed record RepositoryList(IReadOnlyList<RepositoryDescription> Repositories);
