namespace Backup.Engine.Sources;

/// <summary>
/// Patterns that choose paths, in restic's language. A pattern is matched part by part: names and globs (see
/// <see cref="Glob"/>) match one part, <c>**</c> any number of them. With a <c>/</c> at its beginning it begins at the root,
/// else anywhere; it need not reach the end of the path, so what matches a folder matches everything below. Patterns
/// apply in their order: <c>!</c> takes out again what the earlier ones matched. Immutable, for any number of threads.
/// </summary>
/// <remarks>
/// While a tree is walked, <see cref="Enter"/> carries the state from folder to folder and <see cref="FindMatch"/> looks at
/// one name only, without allocating. Each pattern is a line of positions that wait for a part, as in Thompson's
/// construction for regular expressions. A difference from restic: of two <c>**</c> in one pattern both may stand for no
/// folder at all, also where nothing follows; restic then wants one folder more.
/// </remarks>
internal sealed class PathFilter
{
    private const int ScratchLength = 768; // three times the longest name of the usual file systems

    private readonly PathPattern[] _patterns;
    private readonly Position[] _positions;
    private readonly int[] _firstPositions; // by pattern
    private readonly PatternHeads _finalHeads; // what waits in every folder, and completes its pattern
    private readonly PatternHeads _otherHeads;
    private readonly bool _ignoreCase;
    private readonly bool _hasNegation;

    private PathFilter(PathPattern[] patterns, bool ignoreCase)
    {
        _patterns = patterns;
        _ignoreCase = ignoreCase;
        _hasNegation = Array.Exists(patterns, pattern => pattern.IsNegated);
        _firstPositions = new int[patterns.Length];
        var positions = new List<Position>();
        for (int i = 0; i < patterns.Length; i++)
        {
            _firstPositions[i] = positions.Count;
            PathPatternPart[] parts = patterns[i].Parts;
            for (int j = 0; j < parts.Length; j++)
            {
                bool isFinal = parts.Skip(j + 1).All(part => part.IsAnyFolders);
                positions.Add(new Position(i, parts[j], isFinal, IsLast: j == parts.Length - 1));
            }
        }

        _positions = [.. positions];
        PatternHead[] heads = [.. FindHeads().Select(position => new PatternHead(position, _positions[position].Part))];
        _finalHeads = new PatternHeads(heads.Where(head => _positions[head.Position].IsFinal));
        _otherHeads = new PatternHeads(heads.Where(head => !_positions[head.Position].IsFinal));

        Nowhere = MakeFolder([], null);
        var waiting = new List<int>();
        bool[]? matched = null;
        for (int i = 0; i < patterns.Length; i++)
        {
            if (patterns[i].IsRooted)
            {
                Advance(i, _firstPositions[i], waiting, ref matched);
            }
        }

        Root = MakeFolder(waiting, matched);
    }

    /// <summary>Whether there are no patterns: nothing matches.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>The root of absolute paths.</summary>
    public FilterFolder Root { get; }

    /// <summary>Where relative paths begin, and those with a drive: patterns from the root don't match below.</summary>
    public FilterFolder Nowhere { get; }

    /// <summary>Reads patterns. Empty ones are left out.</summary>
    /// <param name="patterns">The patterns, in the order in which they apply.</param>
    /// <param name="ignoreCase">Whether names are compared in lower case.</param>
    /// <param name="syntax">How paths are written; null: as on this machine.</param>
    /// <exception cref="ArgumentException">Some are malformed; the message names them.</exception>
    public static PathFilter Create(IEnumerable<string> patterns, bool ignoreCase = false, PathSyntax? syntax = null)
    {
        var parsed = new List<PathPattern>();
        var malformed = new List<string>();
        foreach (string text in patterns.Where(text => text.Length > 0))
        {
            if (PathPattern.TryParse(text, ignoreCase, syntax ?? PathSyntax.Current) is { } pattern)
            {
                parsed.Add(pattern);
            }
            else
            {
                malformed.Add($"«{text}»");
            }
        }

        return malformed.Count == 0
            ? new PathFilter([.. parsed], ignoreCase)
            : throw new ArgumentException(
                $"Not a pattern: {string.Join(", ", malformed)}. A «[» needs its «]» and something between, a range needs both "
                    + "ends, and «\\» a character after it.",
                nameof(patterns));
    }

    /// <summary>Whether the patterns match a path. For many paths of one tree the other methods are faster.</summary>
    /// <param name="path">Absolute or relative, its parts separated by <c>/</c>.</param>
    public bool IsMatch(string path) => Match(path).IsMatch;

    /// <summary>Whether the patterns match a path, and whether they can match something below it.</summary>
    /// <param name="path">Absolute or relative, its parts separated by <c>/</c>.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public PathMatch Match(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return EnterPath(path).Match;
    }

    /// <summary>The state in a folder that is given by its path.</summary>
    public FilterFolder EnterPath(string path)
    {
        ReadOnlySpan<byte> bytes = FileName.Encode(path);
        bool isAbsolute = bytes.StartsWith((byte)'/');
        FilterFolder folder = isAbsolute ? Root : Nowhere;
        ReadOnlySpan<byte> rest = isAbsolute ? bytes[1..] : bytes;
        if (rest.IsEmpty)
        {
            return folder;
        }

        foreach (Range range in rest.Split((byte)'/'))
        {
            folder = Enter(folder, rest[range]);
        }

        return folder;
    }

    /// <summary>Finds the pattern by which an entry of a folder matches.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The entry's name.</param>
    /// <returns>The pattern's number, for <see cref="TextOf"/>; -1 if the entry does not match.</returns>
    public int FindMatch(FilterFolder folder, ReadOnlySpan<byte> name)
    {
        if (IsEmpty)
        {
            return -1;
        }

        ReadOnlySpan<byte> key = _ignoreCase ? LowerCase.Of(name, stackalloc byte[ScratchLength]) : name;
        if (_hasNegation)
        {
            return FindMatchInOrder(folder, key);
        }

        if (folder.Matched is not null)
        {
            return Array.IndexOf(folder.Matched, true);
        }

        int position = _finalHeads.FindFirst(key);
        if (position >= 0)
        {
            return _positions[position].Pattern;
        }

        foreach (int waiting in folder.Waiting)
        {
            ref readonly Position candidate = ref _positions[waiting];
            if (candidate.IsFinal && candidate.Part.IsMatch(key))
            {
                return candidate.Pattern;
            }
        }

        return -1;
    }

    /// <summary>A pattern as it was given.</summary>
    public string TextOf(int pattern) => _patterns[pattern].Text;

    /// <summary>The state in a folder's subfolder; what the filter says of that is in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The subfolder's name, or that of another entry.</param>
    public FilterFolder Enter(FilterFolder folder, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> key = _ignoreCase ? LowerCase.Of(name, stackalloc byte[ScratchLength]) : name;
        var waiting = new List<int>();
        bool[]? matched = folder.Matched is null ? null : [.. folder.Matched];
        foreach (int position in folder.Waiting)
        {
            TryAdvance(position, key, waiting, ref matched);
        }

        foreach (int position in _finalHeads.FindAll(key))
        {
            TryAdvance(position, key, waiting, ref matched);
        }

        foreach (int position in _otherHeads.FindAll(key))
        {
            TryAdvance(position, key, waiting, ref matched);
        }

        return waiting.Count == 0 && matched is null ? Nowhere : MakeFolder(waiting, matched);
    }

    private List<int> FindHeads()
    {
        var heads = new List<int>();
        bool[]? ignored = null;
        for (int i = 0; i < _patterns.Length; i++)
        {
            if (!_patterns[i].IsRooted)
            {
                var waiting = new List<int>();
                Advance(i, _firstPositions[i], waiting, ref ignored);

                // Being tried in every folder, a head needs no «**» before it. Alone that matches any name.
                heads.AddRange(waiting.Where(position => !_positions[position].Part.IsAnyFolders || _positions[position].IsFinal));
            }
        }

        return heads;
    }

    private void TryAdvance(int position, ReadOnlySpan<byte> name, List<int> waiting, ref bool[]? matched)
    {
        ref readonly Position current = ref _positions[position];
        if (current.Part.IsAnyFolders)
        {
            Advance(current.Pattern, position, waiting, ref matched);
        }
        else if (current.Part.IsMatch(name))
        {
            if (current.IsLast)
            {
                (matched ??= new bool[_patterns.Length])[current.Pattern] = true;
            }
            else
            {
                Advance(current.Pattern, position + 1, waiting, ref matched);
            }
        }
    }

    // Puts a pattern at a position: at those after it, too, as long as there is a «**» to step over.
    private void Advance(int pattern, int position, List<int> waiting, ref bool[]? matched)
    {
        while (true)
        {
            waiting.Add(position);
            if (!_positions[position].Part.IsAnyFolders)
            {
                return;
            }

            if (_positions[position].IsLast)
            {
                (matched ??= new bool[_patterns.Length])[pattern] = true;
                return;
            }

            position++;
        }
    }

    private FilterFolder MakeFolder(List<int> waiting, bool[]? matched)
    {
        int[] positions = [.. waiting.Order().Distinct()];
        bool[] isAlive = new bool[_patterns.Length];
        foreach (int position in positions)
        {
            isAlive[_positions[position].Pattern] = true;
        }

        bool isMatch = false;
        bool childMayMatch = false;
        for (int i = 0; i < _patterns.Length; i++)
        {
            bool matches = matched is not null && matched[i];
            if (_patterns[i].IsNegated)
            {
                isMatch &= !matches;
                childMayMatch &= !matches;
            }
            else
            {
                isMatch |= matches;
                childMayMatch |= matches || isAlive[i] || !_patterns[i].IsRooted;
            }
        }

        return new FilterFolder(positions, matched, new PathMatch(isMatch, childMayMatch));
    }

    private int FindMatchInOrder(FilterFolder folder, ReadOnlySpan<byte> name)
    {
        Span<bool> matched = _patterns.Length <= 512 ? stackalloc bool[_patterns.Length] : new bool[_patterns.Length];
        folder.Matched?.CopyTo(matched);
        foreach (int position in _finalHeads.FindAll(name))
        {
            matched[_positions[position].Pattern] = true;
        }

        foreach (int position in folder.Waiting)
        {
            ref readonly Position candidate = ref _positions[position];
            matched[candidate.Pattern] |= candidate.IsFinal && candidate.Part.IsMatch(name);
        }

        int found = -1;
        for (int i = 0; i < matched.Length; i++)
        {
            if (matched[i])
            {
                found = _patterns[i].IsNegated ? -1 : found < 0 ? i : found;
            }
        }

        return found;
    }

    /// <param name="Pattern">Whose position it is.</param>
    /// <param name="Part">What it waits for.</param>
    /// <param name="IsFinal">Whether the pattern has matched with this part, since only <c>**</c> follow.</param>
    /// <param name="IsLast">Whether no part follows.</param>
    private readonly record struct Position(int Pattern, PathPatternPart Part, bool IsFinal, bool IsLast);
}
