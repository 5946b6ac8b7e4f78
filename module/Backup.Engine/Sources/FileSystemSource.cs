namespace Backup.Engine.Sources;

/// <summary>The files and directories of a disk.</summary>
internal sealed class FileSystemSource : IBackupSource
{
    private readonly IFileSystem _fileSystem;
    private readonly string _workingDirectory;
    private readonly string[] _targets; // those that exist, as they were given
    private readonly SourceEntry[] _skippedTargets;
    private readonly Exclusions _exclusions;
    private readonly NodeFactory _nodes;
    private readonly bool _reportExcluded;

    /// <summary>Reads the rules and looks which targets exist.</summary>
    /// <exception cref="ArgumentException">There are no paths, or a rule is malformed.</exception>
    /// <exception cref="SourceException">None of the paths exists, or a file with paths or patterns can't be read.</exception>
    public FileSystemSource(FileSystemSourceOptions options, IFileSystem fileSystem, LocalZone zone)
    {
        _fileSystem = fileSystem;
        _workingDirectory = FindWorkingDirectory(options.WorkingDirectory ?? "", fileSystem);
        _nodes = new NodeFactory(fileSystem, zone, options.WithAccessTime);
        _reportExcluded = options.ReportExcluded;
        Excludes = options.Excludes;

        var collector = new TargetCollector(options, fileSystem, _workingDirectory);
        collector.Collect();
        _targets = [.. collector.Existing.Select(target => target.Path)];
        _skippedTargets = [.. collector.Skipped];
        Paths = [.. _targets.Select(Absolute)];

        var devices = new Dictionary<string, ulong>();
        foreach ((string target, FileStatus status) in collector.Existing)
        {
            devices[Absolute(target)] = status.DeviceId;
        }

        _exclusions = new Exclusions(options, fileSystem, _workingDirectory, devices);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Paths { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Excludes { get; }

    /// <inheritdoc/>
    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken)
    {
        foreach (SourceEntry skipped in _skippedTargets)
        {
            if (skipped.Kind != SourceEntryKind.Excluded || _reportExcluded)
            {
                yield return skipped;
            }
        }

        using FileSystemWalker walker = StartWalk();
        while (walker.ReadNext(cancellationToken) is { } entry)
        {
            yield return entry;
        }
    }

    /// <inheritdoc/>
    public SourceContent Open(SourceEntry entry) =>
        _fileSystem.OpenFile(
            entry.Locator,
            entry.Node ?? throw new ArgumentException("Only items have content.", nameof(entry)),
            _nodes);

    private static string FindWorkingDirectory(string directory, IFileSystem fileSystem)
    {
        if (fileSystem.Syntax.IsAbsolute(directory))
        {
            return directory;
        }

        try
        {
            return fileSystem.Syntax.Join(fileSystem.WorkingDirectory, directory);
        }
        catch (Exception exception) when (SkippedEntries.IsExpected(exception))
        {
            return directory; // it was removed: absolute paths need none, relative ones will not be found
        }
    }

    private FileSystemWalker StartWalk()
    {
        try
        {
            TargetNode root = TargetTree.Build(_fileSystem, _workingDirectory, _targets);
            return new FileSystemWalker(_fileSystem, _exclusions, _nodes, _reportExcluded, root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SourceException(
                $"The entries of a path that was asked for can't be listed, so there is nothing to back up. {exception.Message}", exception);
        }
    }

    private string Absolute(string path) => _fileSystem.Syntax.MakeAbsolute(_workingDirectory, path);
}
