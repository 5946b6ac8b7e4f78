namespace Backup.Engine.Repositories;

/// <summary>A repository whose master key is known: files and blobs in and out.</summary>
internal sealed class OpenedRepository : IAsyncDisposable
{
    internal OpenedRepository(RepositoryOptions options, IBackend backend, RepositoryConfig config)
    {
        Options = options;
        Backend = backend;
        Config = config;
    }

    /// <summary>How it was opened.</summary>
    public RepositoryOptions Options { get; }

    /// <summary>Where its files are.</summary>
    public IBackend Backend { get; }

    /// <summary>Its config document.</summary>
    public RepositoryConfig Config { get; }

    public static Task<OpenedRepository> CreateAsync(RepositoryOptions options, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public static Task<OpenedRepository> OpenAsync(RepositoryOptions options, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public ValueTask DisposeAsync() => Backend.DisposeAsync();
}
