namespace Backup.Engine.Sources;

/// <summary>
/// How far a <see cref="PathFilter"/>'s patterns have come in a folder: what is needed to judge the names in it without
/// looking at the path again.
/// </summary>
internal sealed class FilterFolder
{
    /// <summary>A folder in which these positions of patterns wait for a name.</summary>
    /// <param name="waiting">Positions in the filter's table, ascending.</param>
    /// <param name="matched">Which patterns matched the folder itself or one above it; null: none did.</param>
    /// <param name="match">What the filter says of the folder itself.</param>
    public FilterFolder(int[] waiting, bool[]? matched, PathMatch match)
    {
        Waiting = waiting;
        Matched = matched;
        Match = match;
    }

    /// <summary>Positions in the filter's table, ascending.</summary>
    public int[] Waiting { get; }

    /// <summary>Which patterns matched the folder itself or one above it; null: none did.</summary>
    public bool[]? Matched { get; }

    /// <summary>What the filter says of the folder itself.</summary>
    public PathMatch Match { get; }
}
