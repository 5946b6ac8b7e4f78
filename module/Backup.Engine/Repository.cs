using Backup.Engine.Repositories;

namespace Backup.Engine;

/// <summary>
/// An opened repository: the façade over everything that can be done with it. Operations lock the repository as
/// restic does, and may run one after the other on the same object.
/// </summary>
public sealed class Repository : IAsyncDisposable
{
    private readonly OpenedRepository _opened;

    private Repository(OpenedRepository opened) => _opened = opened;

    /// <summary>The location as people write it, without secrets.</summary>
    public string Location => _opened.Backend.Location;

    /// <summary>The repository's config document.</summary>
    public RepositoryConfig Config => _opened.Config;

    /// <summary>Creates a repository and opens it.</summary>
    /// <exception cref="RepositoryExistsException">There is one already.</exception>
    public static async Task<Repository> CreateAsync(RepositoryOptions options, CancellationToken cancellationToken) =>
        new(await OpenedRepository.CreateAsync(options, cancellationToken).ConfigureAwait(false));

    /// <summary>Opens a repository.</summary>
    /// <exception cref="RepositoryNotFoundException">There is none.</exception>
    /// <exception cref="PasswordIncorrectException">The password opens none of its keys.</exception>
    public static async Task<Repository> OpenAsync(RepositoryOptions options, CancellationToken cancellationToken) =>
        new(await OpenedRepository.OpenAsync(options, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _opened.DisposeAsync();
}
