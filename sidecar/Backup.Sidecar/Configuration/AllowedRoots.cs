using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Configuration;

/// <summary>The folders below which requests may read or write, wherever symbolic links lead.</summary>
/// <param name="roots">Absolute paths. None: nothing is allowed.</param>
internal sealed class AllowedRoots(IReadOnlyList<string> roots)
{
    private const int MaxLinks = 40;

    /// <summary>Follows all links of a path, as far as it exists, and refuses one that leads outside.</summary>
    /// <returns>The path without links: what is to be used.</returns>
    /// <exception cref="RequestException">It is not absolute, or leads outside of every root.</exception>
    public string Resolve(string path)
    {
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0'))
        {
            throw new RequestException(RequestException.Invalid, $"«{path}» is no absolute path.");
        }

        string resolved = Follow(path);
        return roots.Any(root => IsBelow(resolved, Follow(root)))
            ? resolved
            : throw new RequestException(
                RequestException.Forbidden,
                $"«{path}» is not below one of the configured roots. Choose another path, or configure the root.");
    }

    /// <summary>Whether a path without links is another one or below it.</summary>
    public static bool IsBelow(string path, string root) =>
        path == root || path.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Follows all links of a path, as far as it exists.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="links">Takes the links that it leads over, as paths without links before their last part.</param>
    /// <exception cref="RequestException">It leads in circles, or can't be looked at.</exception>
    public static string Follow(string path, ICollection<string>? links = null)
    {
        // ".." is taken off only after the links before it were followed: behind a link it leads elsewhere than it seems.
        string root = Path.GetPathRoot(path) ?? "/";
        var rest = new Stack<string>(Parts(path[root.Length..]).Reverse());
        string resolved = root;
        int linkCount = 0;
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? root;
                continue;
            }

            string next = Path.Combine(resolved, part);
            if (TargetOf(next) is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++linkCount > MaxLinks)
            {
                throw new RequestException(RequestException.Forbidden, $"«{path}» leads in circles.");
            }

            links?.Add(next);

            if (Path.IsPathFullyQualified(target))
            {
                resolved = Path.GetPathRoot(target) ?? "/";
                target = target[resolved.Length..];
            }

            foreach (string step in Parts(target).Reverse())
            {
                rest.Push(step);
            }
        }

        return resolved;
    }

    private static string[] Parts(string path) =>
        [.. path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".")];

    private static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null; // it is not there, so it is no link
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new RequestException(RequestException.Forbidden, $"«{path}» can't be looked at: {exception.Message}");
        }
    }
}
