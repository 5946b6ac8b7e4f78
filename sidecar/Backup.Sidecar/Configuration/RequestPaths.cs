using System.Text.RegularExpressions;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Configuration;

/// <summary>
/// Which files requests may name: those below the roots, but for what the service lives on, its <see cref="OwnPaths"/>. Who may
/// write a repository or read its password from below a root would have everything, whatever the roots are.
/// </summary>
/// <param name="options">The settings as they are now.</param>
internal sealed partial class RequestPaths(ServiceOptions options)
{
    private readonly Lazy<OwnPaths> _own = new(() => OwnPaths.Of(options));

    /// <summary>A path to back up.</summary>
    /// <returns>The path without links. What <see cref="OwnBelow"/> says of it is to be left out.</returns>
    /// <exception cref="RequestException">It may not be read.</exception>
    public string ToBackUp(string path)
    {
        string resolved = new AllowedRoots(options.Roots).Resolve(path);
        RefuseOwn(path, resolved);
        return resolved;
    }

    /// <summary>A folder or file to restore.</summary>
    /// <param name="path">The target.</param>
    /// <param name="delete">Whether what is there may be deleted.</param>
    /// <returns>The path without links. What <see cref="OwnBelow"/> says of it is to be left alone.</returns>
    /// <exception cref="RequestException">It may not be written.</exception>
    public string ToRestore(string path, bool delete)
    {
        string resolved = new AllowedRoots(options.RestoreRoots.Count > 0 ? options.RestoreRoots : options.Roots).Resolve(path);
        RefuseOwn(path, resolved);
        return !delete || OwnBelow(resolved) is not [var own, ..]
            ? resolved
            : throw new RequestException(
                RequestException.Forbidden,
                $"«{path}» can't be made like a snapshot with «delete»: {own} is in it, which the service needs itself. Restore without «delete», or to another folder.");
    }

    /// <summary>What of a folder the service needs itself.</summary>
    /// <param name="resolved">The folder, without links.</param>
    public IReadOnlyList<string> OwnBelow(string resolved) => [.. _own.Value.All.Where(own => own != resolved && AllowedRoots.IsBelow(own, resolved))];

    /// <summary>The pattern that matches one path of a folder and what is below it, and nothing else.</summary>
    /// <param name="path">The path.</param>
    /// <param name="folder">The folder that patterns begin at.</param>
    public static string PatternOf(string path, string folder)
    {
        string relative = Path.GetRelativePath(folder, path);
        string escaped = OperatingSystem.IsWindows() ? relative.Replace('\\', '/') : relative.Replace("\\", @"\\", StringComparison.Ordinal);
        return "/" + Wildcard().Replace(escaped, "[$0]");
    }

    private void RefuseOwn(string path, string resolved)
    {
        if (_own.Value.All.Any(own => AllowedRoots.IsBelow(resolved, own)))
        {
            throw new RequestException(
                RequestException.Forbidden,
                $"«{path}» belongs to the service itself: repositories, its data folder, its configuration and files with passwords are out of reach for requests.");
        }
    }

    [GeneratedRegex(@"[*?\[]")]
    private static partial Regex Wildcard();
}
