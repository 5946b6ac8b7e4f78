using Backup.Engine.Storage.Local;

namespace Backup.Engine.Storage;

/// <summary>Finds the backend for a location. A new backend is one line in <see cref="Schemes"/>.</summary>
internal static class BackendFactory
{
    /// <summary>What stands before the colon of a location, and what makes a backend of the rest.</summary>
    private static readonly Dictionary<string, Func<string, IBackend>> Schemes = new(StringComparer.Ordinal)
    {
        ["local"] = path => new LocalBackend(path),
    };

    /// <summary>The backend of a repository. Nothing is read or connected yet.</summary>
    /// <param name="location">As restic writes it: a path, or a scheme, a colon, and what the scheme defines.</param>
    /// <exception cref="ArgumentException">No backend knows such a location.</exception>
    public static IBackend Open(string location)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(location);
        int colon = location.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || IsPath(location))
        {
            return new LocalBackend(location);
        }

        string rest = location[(colon + 1)..];
        if (!Schemes.TryGetValue(location[..colon], out Func<string, IBackend>? open))
        {
            // The rest may hold a password, so only the scheme is repeated.
            throw new ArgumentException(
                $"«{location[..colon]}:» is no kind of repository that this version can open; it knows a path and "
                    + $"{string.Join(", ", Schemes.Keys.Order(StringComparer.Ordinal).Select(scheme => $"«{scheme}:»"))}. "
                    + "For a local folder whose name has a colon, put «local:» before it.",
                nameof(location));
        }

        return string.IsNullOrWhiteSpace(rest)
            ? throw new ArgumentException($"The location «{location}» ends after its colon: say where the repository is.", nameof(location))
            : open(rest);
    }

    /// <summary>Whether it can only be a path, colon or not: <c>/a:b</c>, <c>./a:b</c>, <c>C:\a</c>.</summary>
    private static bool IsPath(string location) =>
        location[0] is '/' or '\\'
        || location.StartsWith("./", StringComparison.Ordinal) || location.StartsWith(@".\", StringComparison.Ordinal)
        || location.StartsWith("../", StringComparison.Ordinal) || location.StartsWith(@"..\", StringComparison.Ordinal)
        || (location.Length > 2 && char.IsAsciiLetter(location[0]) && location[1] == ':' && location[2] is '/' or '\\');
}
