namespace Backup.Engine;

/// <summary>
/// A kind of place for repositories. The engine has some of its own; a program adds others by
/// <see cref="Repository.AddBackendKind"/>.
/// </summary>
/// <param name="Open">Makes a backend of what stands behind the colon of a location, for these options. Nothing is connected yet.</param>
/// <param name="Display">What stands behind the colon, without user names, passwords or tokens, whether it makes sense or not.</param>
public sealed record BackendKind(Func<string, RepositoryOptions, IBackend> Open, Func<string, string> Display)
{
    /// <summary>
    /// Whether calls go through a network: then they are tried again, are not more at once than it bears, and keep to the
    /// limits of bandwidth by themselves.
    /// </summary>
    public bool IsDistant { get; init; }

    /// <summary>The names of its <see cref="ConnectionOptions.Settings"/>, without the kind's name and the dot.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
