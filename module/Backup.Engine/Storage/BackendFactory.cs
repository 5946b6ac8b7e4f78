using System.Collections.Concurrent;
using Backup.Engine.Storage.Caching;
using Backup.Engine.Storage.Local;
using Backup.Engine.Storage.Rclone;
using Backup.Engine.Storage.Rest;

namespace Backup.Engine.Storage;

/// <summary>Finds the backend for a location. A new backend is one entry in <see cref="Kinds"/>.</summary>
internal static class BackendFactory
{
    private static readonly BackendKind Local = new((path, _) => new LocalBackend(path), path => path);

    /// <summary>What stands before the colon of a location, and what it is.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<BackendKind>> Kinds = new(StringComparer.Ordinal)
    {
        ["local"] = new(Local),
        ["rest"] = new(new BackendKind(RestBackend.Open, RestAddress.DisplayOf) { IsDistant = true, Settings = ["connections"] }),
        ["rclone"] = new(new BackendKind(RcloneBackend.Open, RcloneRemote.DisplayOf)
        {
            IsDistant = true,
            Settings = ["program", "args", "connections", "timeout"],
        }),
    };

    /// <summary>Adds a kind, or puts it in the place of one of the same name.</summary>
    public static void Add(string scheme, Func<BackendKind> find) => Kinds[scheme] = new Lazy<BackendKind>(find);

    /// <summary>The backend of a repository, with all that makes it fit for use. Nothing is read or connected yet.</summary>
    /// <exception cref="ArgumentException">No backend knows such a location, or such a setting.</exception>
    public static BackendDecorator Open(RepositoryOptions options)
    {
        if (options.Backend is not null)
        {
            return new CountingBackend(options.Backend);
        }

        ConnectionOptions connection = options.Connection;
        RefuseUnknown(connection.Settings.Keys);
        (BackendKind kind, string place) = Find(options.Location);
        var backend = new CountingBackend(kind.Open(place, options));
        if (kind.IsDistant)
        {
            return new RetryingBackend(new QueueingBackend(backend), options.Time, options.Warn);
        }

        return connection is { UploadBytesPerSecond: null, DownloadBytesPerSecond: null }
            ? backend
            : new PacedBackend(
                backend,
                Bandwidth.Of(connection.UploadBytesPerSecond, options.Time),
                Bandwidth.Of(connection.DownloadBytesPerSecond, options.Time));
    }

    /// <summary>The same with what saves round trips, where that is worth it: trees read ahead and, if that is wanted, a cache.</summary>
    public static BackendDecorator WithCache(BackendDecorator backend, RepositoryOptions options, string repositoryId)
    {
        bool isDistant = options.Backend is null && Find(options.Location).Kind.IsDistant;
        BackendDecorator ahead = isDistant ? new TreeReadAhead(backend) : backend;
        return options.CacheFolder is { } folder && (isDistant || options.Backend is not null)
            ? new CachingBackend(
                ahead, Caching.CacheFolder.Open(folder, repositoryId, options.Time, Caching.CacheFolder.DefaultMaxBytes, options.Warn))
            : ahead;
    }

    /// <summary>A location without secrets, whether it makes sense or not.</summary>
    public static string DisplayName(string location)
    {
        int colon = location.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || IsPath(location))
        {
            return location;
        }

        string scheme = location[..(colon + 1)];
        return Kinds.TryGetValue(location[..colon], out Lazy<BackendKind>? kind)
            ? scheme + kind.Value.Display(location[(colon + 1)..])
            : scheme + "…"; // the rest may hold a password
    }

    /// <summary>The folder of a location that is one of this machine; null for another place.</summary>
    /// <exception cref="ArgumentException">No backend knows such a location.</exception>
    public static string? FolderOf(string location) => Find(location) is var (kind, place) && kind == Local ? place : null;

    /// <summary>The kind of a location, and what is left of it for the kind.</summary>
    /// <param name="location">As restic writes it: a path, or a scheme, a colon, and what the scheme defines.</param>
    /// <exception cref="ArgumentException">No backend knows such a location.</exception>
    private static (BackendKind Kind, string Place) Find(string location)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(location);
        int colon = location.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || IsPath(location))
        {
            return (Local, location);
        }

        string place = location[(colon + 1)..];
        if (!Kinds.TryGetValue(location[..colon], out Lazy<BackendKind>? kind))
        {
            // The rest may hold a password, so only the scheme is repeated.
            throw new ArgumentException(
                $"«{location[..colon]}:» is no kind of repository that this version can open; it knows a path and "
                    + $"{string.Join(", ", Kinds.Keys.Order(StringComparer.Ordinal).Select(scheme => $"«{scheme}:»"))}. "
                    + "For a local folder whose name has a colon, put «local:» before it.",
                nameof(location));
        }

        return string.IsNullOrWhiteSpace(place)
            ? throw new ArgumentException($"The location «{location}» ends after its colon: say where the repository is.", nameof(location))
            : (kind.Value, place);
    }

    private static void RefuseUnknown(IEnumerable<string> settings)
    {
        foreach (string setting in settings)
        {
            string scheme = setting[..Math.Max(0, setting.IndexOf('.', StringComparison.Ordinal))];
            if (!Kinds.TryGetValue(scheme, out Lazy<BackendKind>? kind))
            {
                throw new ArgumentException(
                    $"«{setting}» is no setting of a connection: their names begin with a kind of place and a dot, and the kinds are "
                        + $"{string.Join(", ", Kinds.Keys.Order(StringComparer.Ordinal))}.");
            }

            if (!kind.Value.Settings.Contains(setting[(scheme.Length + 1)..]))
            {
                IEnumerable<string> known = kind.Value.Settings.Order(StringComparer.Ordinal).Select(name => $"{scheme}.{name}");
                throw new ArgumentException(
                    $"There is no setting «{setting}» of a connection. There are: {string.Join(", ", known.DefaultIfEmpty("none of that kind"))}.");
            }
        }
    }

    /// <summary>Whether it can only be a path, colon or not: <c>/a:b</c>, <c>./a:b</c>, <c>C:\a</c>.</summary>
    private static bool IsPath(string location) =>
        location[0] is '/' or '\\'
        || location.StartsWith("./", StringComparison.Ordinal) || location.StartsWith(@".\", StringComparison.Ordinal)
        || location.StartsWith("../", StringComparison.Ordinal) || location.StartsWith(@"..\", StringComparison.Ordinal)
        || (location.Length > 2 && char.IsAsciiLetter(location[0]) && location[1] == ':' && location[2] is '/' or '\\');
}
