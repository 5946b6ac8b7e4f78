using System.Security.Cryptography;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>Stands for all files of a repository that a prune depends on.</summary>
internal static class RepositoryState
{
    /// <summary>The same for the same names, in any order.</summary>
    public static Digest Of(IEnumerable<SnapshotId> snapshots, IEnumerable<Digest> indexFiles, IEnumerable<PackId> packs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(snapshots.Select(snapshot => snapshot.Hash));
        Add(indexFiles);
        Add(packs.Select(pack => pack.Hash));
        Span<byte> digest = stackalloc byte[Digest.Length];
        hash.GetHashAndReset(digest);
        return new Digest(digest);

        void Add(IEnumerable<Digest> names)
        {
            Digest[] sorted = [.. names];
            Array.Sort(sorted);
            Span<byte> name = stackalloc byte[Digest.Length];
            hash.AppendData(BitConverter.GetBytes(sorted.Length));
            foreach (Digest digest in sorted)
            {
                digest.CopyTo(name);
                hash.AppendData(name);
            }
        }
    }
}
