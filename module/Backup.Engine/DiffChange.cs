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

    // In the order of the enum's bits.
    private const string Letters = "+-TM?U";
}
