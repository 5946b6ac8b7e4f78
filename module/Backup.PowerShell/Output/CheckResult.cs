using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>The outcome of a check.</summary>
public sealed class CheckResult
{
    internal CheckResult(CheckReport report, SourceDiffSummary? comparison, string repository)
    {
        Repository = repository;
        IsHealthy = report.IsHealthy;
        Errors = report.Errors;
        Hints = report.Hints;
        Problems = report.Problems.ToArray();
        DamagedPacks = report.DamagedPacks.Select(pack => pack.ToString()).ToArray();
        DamagedSnapshots = report.DamagedSnapshots.Select(snapshot => snapshot.ToString()).ToArray();
        PacksToRepair = report.PacksToRepair.Select(pack => pack.ToString()).ToArray();
        SuggestsRepairIndex = report.SuggestsRepairIndex;
        SuggestsRepairSnapshot = report.SuggestsRepairSnapshots;
        SuggestsPrune = report.SuggestsPrune;
        SnapshotCount = report.Snapshots;
        PackCount = report.Packs;
        TreeCount = report.Trees;
        BlobCount = report.Blobs;
        UnusedBlobCount = report.UnusedBlobs;
        UnusedSize = report.UnusedBytes;
        PacksRead = report.PacksRead;
        DataRead = report.BytesRead;
        Verified = report.Verified;
        NotVerified = report.NotVerified;
        IsEqual = comparison?.IsEqual;
        ComparedSnapshotId = comparison?.Snapshot.Id.ToString();
        ItemsCompared = comparison?.Items ?? 0;
        SizeCompared = comparison?.Bytes ?? 0;
        Differences = comparison?.Differences ?? 0;
        Uncompared = comparison?.Uncompared ?? 0;
        Duration = report.Elapsed + (comparison?.Elapsed ?? TimeSpan.Zero);
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

    /// <summary>Those of them that are there, and whose sound parts Repair-BackupRepository -PackId would save.</summary>
    public IReadOnlyList<string> PacksToRepair { get; }

    /// <summary>Snapshots that can't be read.</summary>
    public IReadOnlyList<string> DamagedSnapshots { get; }

    /// <summary>Whether the index should be rebuilt.</summary>
    public bool SuggestsRepairIndex { get; }

    /// <summary>Whether snapshots have lost something, or will when packs are repaired.</summary>
    public bool SuggestsRepairSnapshot { get; }

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

    /// <summary>For people: what was looked at.</summary>
    public string Verified { get; }

    /// <summary>For people: what was not; empty if that is nothing.</summary>
    public string NotVerified { get; }

    /// <summary>With -Against: whether all was compared and nothing differs; null if nothing was to be compared.</summary>
    public bool? IsEqual { get; }

    /// <summary>With -Against: the snapshot that the files were compared with.</summary>
    public string? ComparedSnapshotId { get; }

    /// <summary>With -Against: files, folders and others looked at.</summary>
    public long ItemsCompared { get; }

    /// <summary>With -Against: bytes of files that were read and compared.</summary>
    public long SizeCompared { get; }

    /// <summary>With -Against: items that differ, or are only in one of both; each is an error record.</summary>
    public long Differences { get; }

    /// <summary>With -Against: items that could not be compared; each is an error record.</summary>
    public long Uncompared { get; }

    /// <summary>From start to end.</summary>
    public TimeSpan Duration { get; }
}
