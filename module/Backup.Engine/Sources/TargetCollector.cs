namespace Backup.Engine.Sources;

/// <summary>Collects the paths to back up, from the options and from lists in files, and looks which of them exist.</summary>
internal sealed class TargetCollector
{
    private readonly FileSystemSourceOptions _options;
    private readonly IFileSystem _fileSystem;
    private readonly string _workingDirectory;

    /// <summary>Takes the options.</summary>
    public TargetCollector(FileSystemSourceOptions options, IFileSystem fileSystem, string workingDirectory)
    {
        _options = options;
        _fileSystem = fileSystem;
        _workingDirectory = workingDirectory;
    }

    /// <summary>The paths that exist, as they were given.</summary>
    public List<(string Path, FileStatus Status)> Existing { get; } = [];

    /// <summary>What was asked for and is not there; patterns without a path are only told as excluded.</summary>
    public List<SourceEntry> Skipped { get; } = [];

    /// <summary>Does it.</summary>
    /// <exception cref="ArgumentException">There are no paths.</exception>
    /// <exception cref="SourceException">None of the paths exists, or a list can't be read.</exception>
    public void Collect()
    {
        string[] paths =
        [
            .. _options.FilesFrom.SelectMany(ReadPatterns),
            .. _options.FilesFromVerbatim.SelectMany(list => ReadList(list, bytes => PathLists.ParseVerbatim(bytes))),
            .. _options.FilesFromRaw.SelectMany(list => ReadList(list, bytes => PathLists.ParseRaw(bytes))),
            .. _options.Paths,
        ];
        if (paths.Length == 0 && Skipped.Count == 0)
        {
            throw new ArgumentException("There is nothing to back up: name files or directories.");
        }

        foreach (string path in paths)
        {
            Look(path);
        }

        if (Existing.Count == 0)
        {
            throw new SourceException(
                $"None of the paths to back up can be read: {string.Join(", ", Skipped.Select(skipped => skipped.Path))}. Check their spelling.");
        }
    }

    private void Look(string path)
    {
        string absolute = _fileSystem.Syntax.MakeAbsolute(_workingDirectory, path);
        try
        {
            Existing.Add(path.Length > 0
                ? (path, _fileSystem.ReadStatus(absolute, followLinks: false))
                : throw new FileNotFoundException("An empty path names nothing."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Skipped.Add(new SourceEntry
            {
                Kind = SourceEntryKind.Skipped,
                Path = absolute,
                SkipReason = exception switch
                {
                    FileNotFoundException or DirectoryNotFoundException => SkipReason.NotFound,
                    UnauthorizedAccessException => SkipReason.AccessDenied,
                    _ => SkipReason.ReadFailed,
                },
                Reason = exception.Message,
            });
        }
    }

    private IEnumerable<string> ReadPatterns(string list)
    {
        var expander = new WildcardExpander(_fileSystem, _workingDirectory);
        var paths = new List<string>();
        foreach (string pattern in ReadList(list, bytes => PathLists.ParsePatterns(bytes)))
        {
            if (!WildcardExpander.HasWildcards(pattern))
            {
                paths.Add(pattern); // if it doesn't exist, it is told as such
                continue;
            }

            IReadOnlyList<string> expanded = Expand(expander, list, pattern);
            paths.AddRange(expanded);
            if (expanded.Count == 0)
            {
                Skipped.Add(new SourceEntry
                {
                    Kind = SourceEntryKind.Excluded,
                    Path = pattern,
                    Reason = $"the pattern, from {list}, stands for no path",
                });
            }
        }

        return paths;
    }

    private static IReadOnlyList<string> Expand(WildcardExpander expander, string list, string pattern)
    {
        try
        {
            return expander.Expand(pattern);
        }
        catch (FormatException exception)
        {
            throw new SourceException($"The list of paths {list} can't be used: {exception.Message}.", exception);
        }
    }

    private IEnumerable<string> ReadList(string list, Func<byte[], IEnumerable<string>> parse)
    {
        try
        {
            return [.. parse(list == "-" ? ReadStandardInput() : File.ReadAllBytes(Path.Combine(_workingDirectory, list)))];
        }
        catch (FormatException exception)
        {
            throw new SourceException($"The list of paths {list} can't be used: {exception.Message}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"The list of paths {list} can't be read: {exception.Message}", exception);
        }
    }

    private byte[] ReadStandardInput()
    {
        Stream input = _options.StandardInput
            ?? throw new SourceException("A list of paths is to be read from the standard input, but there is none. Name a file.");
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
