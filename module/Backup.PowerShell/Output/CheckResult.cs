using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>The outcome of a check.</summary>
public sealed class CheckResult
{
    internal CheckResult(CheckReport report, string repository)
    {
        Repository = repository;
        IsHealthy = report.IsHealthy;
        Errors = report.Errors;
        Hints = report.Hints;
        Problems = report.Problems.ToArray();
        DamagedPacks = report.DamagedPacks.Select(pack => pack.ToString()).ToArray();
        DamagedSnapshots = report.DamagedSnapshots.Select(snapshot => snapshot.ToString()).ToArray();
        SuggestsRepairIndex = report.SuggestsRepairIndex;
        SuggestsPrune = report.SuggestsPrune;
        SnapshotCount = report.Snapshots;
        PackCount = report.Packs;
        TreeCount = report.Trees;
        BlobCount = report.Blobs;
        UnusedBlobCount = report.UnusedBlobs;
        UnusedSize = report.UnusedBytes;
        PacksRead = report.PacksRead;
        DataRead = report.BytesRead;
        Duration = report.Elapsed;
    }

    /// <summary>Whether there are no errors.</summary>
    public bool IsHealthy { get; }

    /// <summary>Where the repository is.</summary>
    public string Repository { get; }

    /// <summary>How many errors were found.</summary>
    public long Errors { get; }

    /// <summary>How many hints were found: nothing is lost, maintenance would tidy it up.</summary>
    public long Hints { get; }

    /// <summary>What was found, errors first, the first 10,000.</summary>
    public IReadOnlyList<CheckProblem> Problems { get; }

    /// <summary>Packs that are missing, cut short or damaged.</summary>
    public IReadOnlyList<string> DamagedPacks { get; }

    /// <summary>Snapshots that can't be read.</summary>
    public IReadOnlyList<string> DamagedSnapshots { get; }

    /// <summary>Whether the index should be rebuilt.</summary>
    public bool SuggestsRepairIndex { get; }

    /// <summary>Whether pruning would tidy something up.</summary>
    public bool SuggestsPrune { get; }

    /// <summary>Snapshots whose trees were followed.</summary>
    public long SnapshotCount { get; }

    /// <summary>Packs whose presence and size were verified.</summary>
    public long PackCount { get; }

    /// <summary>Different trees read.</summary>
    public long TreeCount { get; }

    /// <summary>Blobs that the index lists.</summary>
    public long BlobCount { get; }

    /// <summary>Blobs that no snapshot needs; null if only some snapshots were checked.</summary>
    public long? UnusedBlobCount { get; }

    /// <summary>Bytes of those.</summary>
    public long? UnusedSize { get; }

    /// <summary>Packs that were read completely.</summary>
    public long PacksRead { get; }

    /// <summary>Bytes that were read of them.</summary>
    public long DataRead { get; }

    /// <summary>From start to end.</summary>
    public TimeSpan Duration { get; }
}
