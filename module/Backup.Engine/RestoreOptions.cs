namespace Backup.Engine;

/// <summary>What to restore, where to, and how.</summary>
/// <remarks>
/// Patterns are restic's: <c>*</c>, <c>?</c>, <c>[a-z]</c> within a part of the path, <c>**</c> for any number of parts, a
/// leading <c>/</c> ties to the root of what is restored, a leading <c>!</c> takes back what an earlier one chose.
/// </remarks>
public sealed record RestoreOptions
{
    /// <summary>
    /// The snapshot by id, unique prefix or <c>latest</c>. With <c>:PATH</c> after it (<c>latest:/home/ann</c>) that folder
    /// becomes the root of what is restored, and of the patterns.
    /// </summary>
    public required string Snapshot { get; init; }

    /// <summary>Among which snapshots <c>latest</c> is looked for.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>The directory to restore into. Made if it isn't there; may itself be a symbolic link.</summary>
    public required string Target { get; init; }

    /// <summary>Restore only what matches one of these patterns, with all that is below. Not together with excludes.</summary>
    public IReadOnlyList<string> Includes { get; init; } = [];

    /// <summary>As <see cref="Includes"/>, upper and lower case being equal.</summary>
    public IReadOnlyList<string> IncludesIgnoreCase { get; init; } = [];

    /// <summary>Restore all but what matches one of these patterns, and all that is below.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>As <see cref="Excludes"/>, upper and lower case being equal.</summary>
    public IReadOnlyList<string> ExcludesIgnoreCase { get; init; } = [];

    /// <summary>Restore only extended attributes whose names match one of these patterns. Not together with excludes.</summary>
    public IReadOnlyList<string> IncludeAttributes { get; init; } = [];

    /// <summary>Restore all extended attributes but those whose names match one of these patterns.</summary>
    public IReadOnlyList<string> ExcludeAttributes { get; init; } = [];

    /// <summary>What to do with what is in the target already.</summary>
    public OverwriteMode Overwrite { get; init; } = OverwriteMode.Always;

    /// <summary>
    /// Delete what is in the target but not in the snapshot, as far as the patterns choose it; and let a file take
    /// the place of a directory that isn't empty.
    /// </summary>
    public bool Delete { get; init; }

    /// <summary>Read the written files back and compare them with the snapshot.</summary>
    public bool Verify { get; init; }

    /// <summary>Write nothing, only find out what would be done. Not together with <see cref="Verify"/>.</summary>
    public bool DryRun { get; init; }

    /// <summary>Leave holes where there are only zeros.</summary>
    public bool Sparse { get; init; }

    /// <summary>Give files to the user and group of the recorded name, if this system has them, instead of id.</summary>
    public bool OwnershipByName { get; init; }

    /// <summary>Hears of each item when it is done, in no order and from several threads; null: nobody asks.</summary>
    public Action<RestoreItemReport>? ItemDone { get; init; }
}
