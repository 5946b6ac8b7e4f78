namespace Backup.Engine.Sources;

/// <summary>Which items of a snapshot are chosen, by restic's rules for <c>--include</c> and <c>--exclude</c>.</summary>
internal sealed class ItemFilter
{
    private readonly PathFilter _exact;
    private readonly PathFilter _ignoringCase;
    private readonly FilterMode _mode;

    private ItemFilter(FilterMode mode, IEnumerable<string> exact, IEnumerable<string> ignoringCase)
    {
        _mode = mode;
        _exact = PathFilter.Create(exact);
        _ignoringCase = PathFilter.Create(ignoringCase, ignoreCase: true);
        if (_exact.IsEmpty && _ignoringCase.IsEmpty)
        {
            _mode = FilterMode.All;
        }
    }

    private enum FilterMode
    {
        All,
        Include,
        Exclude,
    }

    /// <summary>Whether the patterns leave anything out.</summary>
    public bool IsActive => _mode != FilterMode.All;

    /// <summary>Whether the patterns say what is chosen, not what is left out.</summary>
    public bool IsForIncludes => _mode == FilterMode.Include;

    /// <summary>Reads patterns: either those of what is chosen, or of what is not.</summary>
    /// <exception cref="ArgumentException">A pattern is malformed, or there are includes and excludes.</exception>
    public static ItemFilter Create(
        IReadOnlyList<string> includes,
        IReadOnlyList<string> includesIgnoreCase,
        IReadOnlyList<string> excludes,
        IReadOnlyList<string> excludesIgnoreCase) =>
        (includes.Count + includesIgnoreCase.Count > 0, excludes.Count + excludesIgnoreCase.Count > 0) switch
        {
            (true, true) => throw new ArgumentException(
                "Patterns to include and patterns to exclude can't be combined. Use one or the other."),
            (true, false) => new ItemFilter(FilterMode.Include, includes, includesIgnoreCase),
            _ => new ItemFilter(FilterMode.Exclude, excludes, excludesIgnoreCase),
        };

    /// <summary>The root of what is judged.</summary>
    public FilterPosition EnterRoot() => IsActive ? new FilterPosition(_exact.Root, _ignoringCase.Root) : default;

    /// <summary>Whether an entry that is no directory is chosen.</summary>
    /// <param name="position">The directory that it is in.</param>
    /// <param name="name">Its name.</param>
    public bool Chooses(in FilterPosition position, string name)
    {
        if (_mode == FilterMode.All)
        {
            return true;
        }

        ReadOnlySpan<byte> bytes = FileName.Encode(name);
        bool isMatch = _exact.FindMatch(position.Exact, bytes) >= 0 || _ignoringCase.FindMatch(position.IgnoringCase, bytes) >= 0;
        return isMatch == (_mode == FilterMode.Include);
    }

    /// <summary>Judges a directory.</summary>
    /// <param name="position">The directory that it is in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="inside">What to judge its entries by.</param>
    /// <param name="mayChooseInside">Whether something in it can be chosen.</param>
    /// <returns>Whether the directory itself is chosen.</returns>
    public bool ChoosesDirectory(in FilterPosition position, string name, out FilterPosition inside, out bool mayChooseInside)
    {
        inside = default;
        mayChooseInside = true;
        if (_mode == FilterMode.All)
        {
            return true;
        }

        ReadOnlySpan<byte> bytes = FileName.Encode(name);
        inside = new FilterPosition(_exact.Enter(position.Exact, bytes), _ignoringCase.Enter(position.IgnoringCase, bytes));
        bool isMatch = inside.Exact.Match.IsMatch || inside.IgnoringCase.Match.IsMatch;
        if (_mode == FilterMode.Exclude)
        {
            mayChooseInside = !isMatch; // what is excluded is excluded with all that is in it
            return !isMatch;
        }

        mayChooseInside = inside.Exact.Match.ChildMayMatch || inside.IgnoringCase.Match.ChildMayMatch;
        return isMatch;
    }

    /// <summary>
    /// Whether no pattern has come any way at a position: a directory's entries are judged by their names alone then, and the
    /// same directory alike at any such position.
    /// </summary>
    public bool IsAtNoPattern(in FilterPosition position) =>
        _mode == FilterMode.All || (position.Exact == _exact.Nowhere && position.IgnoringCase == _ignoringCase.Nowhere);

    /// <summary>Whether something in a directory can be chosen.</summary>
    public bool LeadsInto(in FilterPosition position, string name)
    {
        ChoosesDirectory(position, name, out _, out bool mayChooseInside);
        return mayChooseInside;
    }
}
