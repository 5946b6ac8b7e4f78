namespace Backup.Engine.Sources;

/// <summary>Finds the paths that a path with wildcards stands for, as Go's <c>filepath.Glob</c> does.</summary>
internal sealed class WildcardExpander
{
    private readonly IFileSystem _fileSystem;
    private readonly PathSyntax _syntax;
    private readonly string _workingDirectory;

    /// <summary>Looks on this disk.</summary>
    public WildcardExpander(IFileSystem fileSystem, string workingDirectory)
    {
        _fileSystem = fileSystem;
        _syntax = fileSystem.Syntax;
        _workingDirectory = workingDirectory;
    }

    private bool HasEscapes => _syntax.Separator != '\\';

    /// <summary>Whether there are wildcards in a path.</summary>
    public static bool HasWildcards(string path) => path.AsSpan().ContainsAny("*?[\\");

    /// <summary>The paths there are, ordered within each directory. What can't be listed has none.</summary>
    /// <exception cref="FormatException">The pattern is malformed.</exception>
    public IReadOnlyList<string> Expand(string pattern)
    {
        if (!HasWildcards(pattern))
        {
            return Exists(pattern) ? [pattern] : [];
        }

        int cut = pattern.Length;
        while (cut > 0 && !_syntax.IsSeparator(pattern[cut - 1]))
        {
            cut--;
        }

        Glob glob = Glob.TryParse(FileName.Encode(pattern.AsSpan(cut)), HasEscapes)
            ?? throw new FormatException($"«{pattern}» is not a pattern");
        string directory = cut == 0 ? "." : cut == 1 ? pattern[..1] : pattern[..(cut - 1)];
        return [.. Expand(directory).SelectMany(found => FindIn(found, glob))];
    }

    private bool Exists(string path)
    {
        try
        {
            _fileSystem.ReadStatus(_syntax.MakeAbsolute(_workingDirectory, path), followLinks: false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // the caller tells that the pattern stands for nothing
        }
    }

    private List<string> FindIn(string directory, Glob glob)
    {
        var found = new List<string>();
        try
        {
            using DirectoryReader reader = _fileSystem.OpenDirectory(_syntax.MakeAbsolute(_workingDirectory, directory), followLinks: true);
            for (int i = 0; i < reader.Names.Count; i++)
            {
                if (glob.IsMatch(reader.Names[i]))
                {
                    found.Add(_syntax.Join(directory, FileName.Decode(reader.Names[i])));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not a directory, or none that may be listed: the pattern stands for nothing there.
        }

        return found;
    }
}
