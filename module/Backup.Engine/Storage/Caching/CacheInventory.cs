namespace Backup.Engine.Storage.Caching;

/// <summary>Looks at all caches in a folder, and removes those that nobody uses.</summary>
internal static class CacheInventory
{
    /// <summary>Where caches are kept unless somebody says otherwise.</summary>
    /// <returns>Null if the environment does not say where the user's things are.</returns>
    public static string? DefaultFolder(EnvironmentSettings settings)
    {
        if (settings.Get("CACHE_DIR") is { } folder)
        {
            return folder;
        }

        if (OperatingSystem.IsWindows())
        {
            return settings.Exact("LOCALAPPDATA") is { } local ? Path.Combine(local, "backup") : null;
        }

        if (settings.Exact("XDG_CACHE_HOME") is { } cacheHome && Path.IsPathRooted(cacheHome))
        {
            return Path.Combine(cacheHome, "backup");
        }

        return settings.Exact("HOME") is not { } home ? null
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "backup")
            : Path.Combine(home, ".cache", "backup");
    }

    /// <summary>All caches in a folder, the one that was used last first.</summary>
    public static IReadOnlyList<CacheInfo> List(string root, bool withSizes) =>
    [
        .. FoldersIn(root).Select(folder => new CacheInfo(
            folder.Name,
            new DateTimeOffset(folder.LastWriteTimeUtc, TimeSpan.Zero),
            withSizes ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : null))
            .OrderByDescending(cache => cache.LastUsed),
    ];

    /// <summary>Removes the caches that were not used since a point in time.</summary>
    /// <returns>Those that were removed.</returns>
    public static IReadOnlyList<CacheInfo> RemoveUnused(string root, DateTimeOffset since)
    {
        CacheInfo[] unused = [.. List(root, withSizes: true).Where(cache => cache.LastUsed < since)];
        foreach (CacheInfo cache in unused)
        {
            Directory.Delete(Path.Combine(root, cache.RepositoryId), recursive: true);
        }

        return unused;
    }

    /// <summary>Only what is named like a repository's id is a cache, whatever else somebody keeps there.</summary>
    private static IEnumerable<DirectoryInfo> FoldersIn(string root)
    {
        var folder = new DirectoryInfo(root);
        return folder.Exists
            ? folder.EnumerateDirectories().Where(each => each.LinkTarget is null && Digest.TryParse(each.Name, out _))
            : [];
    }
}
