using Backup.Engine.Sources;

namespace Backup.Engine.Restoring;

/// <summary>Which items of a snapshot are restored, by restic's rules for <c>--include</c> and <c>--exclude</c>.</summary>
internal sealed class RestoreFilter
{
    private readonly PathFilter _exact;
    private readonly PathFilter _ignoringCase;
    private readonly FilterMode _mode;

    private RestoreFilter(FilterMode mode, IEnumerable<string> exact, IEnumerable<string> ignoringCase)
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

    /// <summary>Reads the patterns of the options.</summary>
    /// <exception cref="ArgumentException">A pattern is malformed, or there are includes and excludes.</exception>
    public static RestoreFilter Create(RestoreOptions options)
    {
        bool includes = options.Includes.Count + options.IncludesIgnoreCase.Count > 0;
        bool excludes = options.Excludes.Count + options.ExcludesIgnoreCase.Count > 0;
        return (includes, excludes) switch
        {
            (true, true) => throw new ArgumentException(
                "Patterns to include and patterns to exclude can't be combined. Use one or the other.", nameof(options)),
            (true, false) => new RestoreFilter(FilterMode.Include, options.Includes, options.IncludesIgnoreCase),
            _ => new RestoreFilter(FilterMode.Exclude, options.Excludes, options.ExcludesIgnoreCase),
        };
    }

    /// <summary>The root of what is restored.</summary>
    public FilterPosition EnterRoot() => IsActive ? new FilterPosition(_exact.Root, _ignoringCase.Root) : default;

    /// <summary>Whether an entry that is no directory is restored.</summary>
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

    /// <summary>Whether something in a directory can be chosen.</summary>
    public bool LeadsInto(in FilterPosition position, string name)
    {
        ChoosesDirectory(position, name, out _, out bool mayChooseInside);
        return mayChooseInside;
    }
}
