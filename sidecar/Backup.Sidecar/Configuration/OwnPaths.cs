using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Configuration;

/// <summary>What the service lives on: local repositories, its data folder, its configuration, caches, files with passwords, tokens, certificates.</summary>
/// <param name="All">The paths without links, and the links that lead to them.</param>
internal sealed record OwnPaths(IReadOnlyList<string> All)
{
    /// <summary>Finds them, wherever links lead now.</summary>
    public static OwnPaths Of(ServiceOptions options)
    {
        IEnumerable<string?> named =
        [
            .. options.Repositories.Values.Select(repository => FolderOf(repository.Location)),
            .. options.Repositories.Values.SelectMany(repository => (string?[])
            [
                repository.PasswordFile, repository.Credential?.PasswordFile, repository.ClientCertificate, .. repository.CaCertificates,
                repository.CacheFolder == RepositorySettings.None ? null : repository.CacheFolder,
            ]),
            options.TokenFile, options.DataFolder, options.ConfigurationFile,
        ];
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in named.OfType<string>().Where(path => path.Length > 0))
        {
            Add(all, path);
        }

        return new OwnPaths([.. all.Order(StringComparer.Ordinal)]);
    }

    private static string? FolderOf(string location) => DaprLocation.Is(location) ? null : Repository.LocalFolderOf(location);

    private static void Add(HashSet<string> all, string path)
    {
        try
        {
            // Who can change a link on the way to a file changes the file: Kubernetes' secrets, for one, are behind two.
            all.Add(AllowedRoots.Follow(Path.Combine(Environment.CurrentDirectory, path), all));
        }
        catch (RequestException)
        {
            all.Add(Path.GetFullPath(path)); // what can't be looked at can't be read or changed by us either
        }
    }
}
