using System.Text;
using Backup.Engine;

namespace Backup.TestKit;

/// <summary>Repositories in folders whose passwords cost next to nothing to try, for tests that open them often.</summary>
public static class FolderRepository
{
    /// <summary>Creates one.</summary>
    /// <param name="location">Where.</param>
    /// <param name="password">What opens it.</param>
    public static async Task CreateAsync(string location, string password)
    {
        var options = new RepositoryOptions
        {
            Location = location,
            Password = Encoding.UTF8.GetBytes(password),
            KeyCost = new ScryptCost(16, 1, 1),
        };
        await using Repository repository = await Repository.CreateAsync(options, CancellationToken.None);
    }
}
