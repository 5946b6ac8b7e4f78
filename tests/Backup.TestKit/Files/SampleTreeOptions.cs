namespace Backup.TestKit.Files;

/// <summary>How much of a <see cref="SampleTree"/> there is.</summary>
public sealed record SampleTreeOptions
{
    /// <summary>The same number gives the same names and contents.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many small files there are in nested folders, besides one of each special kind.</summary>
    public int SmallFiles { get; init; } = 4_800;

    /// <summary>Files of every size around the limits of the format, and one of many chunks: about 85 MB.</summary>
    public bool LargeFiles { get; init; } = true;

    /// <summary>Leaves out what restic 0.14 does not bring back: link targets that are no text, attributes of links.</summary>
    public bool OnlyWhatOldResticKeeps { get; init; }

    /// <summary>Folders within folders until their path is longer than the system takes in one piece (4,096 bytes).</summary>
    public bool DeeperThanPathsMayBe { get; init; }
}
