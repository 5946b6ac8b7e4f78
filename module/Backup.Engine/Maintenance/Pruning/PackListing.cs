using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>The packs that there are.</summary>
/// <param name="Sizes">The sizes in bytes of the packs of the index by their numbers; -1 where there is no file.</param>
/// <param name="Unreferenced">Those that are in no index, with their sizes.</param>
internal sealed record PackListing(long[] Sizes, IReadOnlyList<(PackId Pack, long Size)> Unreferenced)
{
    /// <summary>Lists the packs and compares them with the index, which is loaded.</summary>
    public static async Task<PackListing> ReadAsync(OpenedRepository repository, CancellationToken cancellationToken)
    {
        BlobIndex index = repository.Index;
        long[] sizes = new long[index.PackNumbers];
        Array.Fill(sizes, -1);
        var unreferenced = new List<(PackId, long)>();
        await foreach (BackendFile file in repository.Backend.ListAsync(FileKind.Pack, cancellationToken).ConfigureAwait(false))
        {
            var pack = new PackId(file.Handle.Name);
            int number = index.PackNumberOf(pack);
            if (number >= 0)
            {
                sizes[number] = file.Size;
            }
            else
            {
                unreferenced.Add((pack, file.Size));
            }
        }

        return new PackListing(sizes, unreferenced);
    }
}
