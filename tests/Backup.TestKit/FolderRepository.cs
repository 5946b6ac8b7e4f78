using System.Text;
using Backup.Engine;

namespace Backup.TestKit;

/// <summary>Repositories in folders whose passwords cost next to nothing to try, for tests that open them often.</summary>
public static class FolderRepository
{
    /// <summary>The same options, with a key that costs next to nothing to try.</summary>
    public static RepositoryOptions Cheap(RepositoryOptions options) => options with { KeyCost = new ScryptCost(16, 1, 1) };

    /// <summary>Creates one.</summary>
    /// <param name="location">Where.</param>
    /// <param name="password">What opens it.</param>
    public static async Task CreateAsync(string location, string password)
    {
        var options = new RepositoryOptions
        {
            Location = location,
            Password = Encoding.UTF8.GetBytes(password),
        };
        await using Repository repository = await Repository.CreateAsync(Cheap(options), CancellationToken.None);
    }
}
