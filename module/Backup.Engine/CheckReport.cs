using System.Globalization;

namespace Backup.Engine;

/// <summary>The outcome of a check.</summary>
public sealed record CheckReport
{
    /// <summary>At most so many problems are kept; they are all counted, and all told to <see cref="CheckOptions.ProblemFound"/>.</summary>
    public const int MaxProblems = 10_000;

    /// <summary>What was found, errors first.</summary>
    public IReadOnlyList<CheckProblem> Problems { get; init; } = [];

    /// <summary>Errors found.</summary>
    public long Errors { get; init; }

    /// <summary>Hints found.</summary>
    public long Hints { get; init; }

    /// <summary>Whether there are no errors.</summary>
    public bool IsHealthy => Errors == 0;

    /// <summary>Packs that are missing, cut short or damaged, ordered.</summary>
    public IReadOnlyList<PackId> DamagedPacks { get; init; } = [];

    /// <summary>Those of them that are there, and whose sound parts a repair of packs would save.</summary>
    public IReadOnlyList<PackId> PacksToRepair { get; init; } = [];

    /// <summary>Snapshots that can't be read, ordered.</summary>
    public IReadOnlyList<SnapshotId> DamagedSnapshots { get; init; } = [];

    /// <summary>Whether the index should be rebuilt.</summary>
    public bool SuggestsRepairIndex { get; init; }

    /// <summary>Whether snapshots have lost something, or will when packs are repaired.</summary>
    public bool SuggestsRepairSnapshots { get; init; }

    /// <summary>Whether pruning would tidy something up.</summary>
    public bool SuggestsPrune { get; init; }

    /// <summary>Snapshots whose trees were followed.</summary>
    public long Snapshots { get; init; }

    /// <summary>Index files read.</summary>
    public long IndexFiles { get; init; }

    /// <summary>Packs whose presence and size were verified.</summary>
    public long Packs { get; init; }

    /// <summary>Different trees read.</summary>
    public long Trees { get; init; }

    /// <summary>Blobs that the index lists.</summary>
    public long Blobs { get; init; }

    /// <summary>Blobs that none of the snapshots needs; null if only some snapshots were checked.</summary>
    public long? UnusedBlobs { get; init; }

    /// <summary>Bytes of those blobs in packs; null if only some snapshots were checked.</summary>
    public long? UnusedBytes { get; init; }

    /// <summary>Packs that were read completely. Of the others only presence and size are known.</summary>
    public long PacksRead { get; init; }

    /// <summary>Bytes that were read of them.</summary>
    public long BytesRead { get; init; }

    /// <summary>From start to end.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>For people: what was looked at. A check without errors promises no more than that.</summary>
    public string Verified => string.Create(
        CultureInfo.InvariantCulture,
        $"keys, index, presence and size of all packs, every folder of {(IsOfSomeSnapshots ? "the chosen" : "all")} snapshots{(PacksRead == 0 ? "" : PacksRead >= Packs ? ", every byte of all packs" : $", every byte of {PacksRead} of {Packs} packs")}");

    /// <summary>For people: what was not looked at; empty if that is nothing.</summary>
    public string NotVerified
    {
        get
        {
            string data = PacksRead >= Packs ? "" : PacksRead == 0 ? "the data in packs" : string.Create(CultureInfo.InvariantCulture, $"the data in {Packs - PacksRead} packs");
            string others = IsOfSomeSnapshots ? "other snapshots" : "";
            return data.Length > 0 && others.Length > 0 ? $"{data}, {others}" : data + others;
        }
    }

    private bool IsOfSomeSnapshots => UnusedBlobs is null;
}
