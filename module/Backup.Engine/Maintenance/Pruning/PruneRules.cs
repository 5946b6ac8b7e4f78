using Backup.Engine.Compression;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>By which packs are judged.</summary>
internal sealed record PruneRules
{
    /// <summary>How much unused data may stay.</summary>
    public UnusedLimit MaxUnused { get; init; } = UnusedLimit.OfPercentage(5);

    /// <summary>Packs of fewer bytes in total are written anew.</summary>
    public long MaxRepackBytes { get; init; } = long.MaxValue;

    /// <summary>Packs of fewer bytes are small; null: as the other packs are.</summary>
    public long? SmallerThan { get; init; }

    /// <summary>Data packs are left alone while anything of them is used.</summary>
    public bool CacheableOnly { get; init; }

    /// <summary>Packs with data that is not compressed are written anew.</summary>
    public bool Uncompressed { get; init; }

    /// <summary>Whether anything can be compressed: not in version 1, nor without the library.</summary>
    public bool CanCompress { get; init; } = true;

    /// <summary>The rules that options make for a repository.</summary>
    public static PruneRules Of(PruneOptions options, OpenedRepository repository) => new()
    {
        MaxUnused = options.MaxUnused,
        MaxRepackBytes = options.MaxRepackBytes ?? long.MaxValue,
        SmallerThan = options.RepackSmallerThan,
        CacheableOnly = options.RepackCacheableOnly,
        Uncompressed = options.RepackUncompressed,
        CanCompress = repository.Config.Version >= 2 && ZstdEncoder.IsAvailable,
    };

    /// <summary>Whether a pack is to be written anew for what is not compressed in it: trees always are.</summary>
    public bool MustCompress(PackTally pack) =>
        CanCompress && pack.HasUncompressed && (Uncompressed || pack.Content == PackContent.Trees);
}
