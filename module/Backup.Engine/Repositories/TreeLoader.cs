namespace Backup.Engine.Repositories;

/// <summary>Loads a tree: <see cref="OpenedRepository"/> does, and tests do without one.</summary>
/// <exception cref="RepositoryDamagedException">It is missing or damaged.</exception>
internal delegate Task<List<Node>> TreeLoader(BlobId id, CancellationToken cancellationToken);
