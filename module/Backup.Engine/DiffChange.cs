namespace Backup.Engine;

/// <summary>A difference between two snapshots.</summary>
/// <param name="Path">Where; folders end with <c>/</c>. See <see cref="SnapshotItem.Path"/>.</param>
/// <param name="Kind">What has changed.</param>
/// <param name="Before">The item in the first snapshot, if it is there.</param>
/// <param name="After">The item in the second snapshot, if it is there.</param>
public sealed record DiffChange(string Path, DiffChangeKinds Kind, Node? Before, Node? After)
{
    /// <summary>
    /// The change in letters: <c>+</c> added, <c>-</c> removed, or one or more of <c>T</c> type, <c>M</c> content,
    /// <c>?</c> content, but not the metadata, <c>U</c> only metadata.
    /// </summary>
    public string Modifier
    {
        get
        {
            Span<char> letters = stackalloc char[Letters.Length];
            int count = 0;
            for (int i = 0; i < Letters.Length; i++)
            {
                if (((int)Kind & (1 << i)) != 0)
                {
                    letters[count++] = Letters[i];
                }
            }

            return new string(letters[..count]);
        }
    }

    /// <summary>For people: what it means where the first snapshot is compared with the files on the disk.</summary>
    public string DiskText => Kind switch
    {
        DiffChangeKinds.Added => "not in the snapshot",
        DiffChangeKinds.Removed => "only in the snapshot",
        _ when Kind.HasFlag(DiffChangeKinds.Type) => "of another type",
        _ when Kind.HasFlag(DiffChangeKinds.Bitrot) => "differs, though no time has changed: the disk may be failing",
        _ when Kind.HasFlag(DiffChangeKinds.Content) => "differs",
        _ => "other metadata",
    };

    // In the order of the enum's bits.
    private const string Letters = "+-TM?U";
}
