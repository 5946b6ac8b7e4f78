namespace Backup.Engine;

/// <summary>What is cached of a repository.</summary>
/// <param name="RepositoryId">The repository's id, as its config has it.</param>
/// <param name="LastUsed">When the cache was last used.</param>
/// <param name="SizeInBytes">Bytes of its files; null if they were not counted.</param>
public sealed record CacheInfo(string RepositoryId, DateTimeOffset LastUsed, long? SizeInBytes);
