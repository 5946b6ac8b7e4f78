namespace Backup.Engine.Sources;

/// <summary>
/// Walks over targets and what is below them, one entry per call. It holds the directories from the root to the current
/// one, and of those only the last ones open, so neither breadth nor depth is limited by anything but their names' memory.
/// </summary>
internal sealed class FileSystemWalker : IDisposable
{
    private const int MaxOpenDirectories = 64;

    private readonly IFileSystem _fileSystem;
    private readonly Exclusions _exclusions;
    private readonly NodeFactory _nodes;
    private readonly bool _reportExcluded;
    private readonly List<WalkFrame> _frames = [];
    private readonly Queue<SourceEntry> _pending = [];
    private ExclusionState? _stateAboveTargets;

    /// <summary>Begins at the root of the snapshot.</summary>
    /// <exception cref="IOException">The root is a directory that can't be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be listed.</exception>
    public FileSystemWalker(
        IFileSystem fileSystem, Exclusions exclusions, NodeFactory nodes, bool reportExcluded, TargetNode root)
    {
        _fileSystem = fileSystem;
        _exclusions = exclusions;
        _nodes = nodes;
        _reportExcluded = reportExcluded;
        _frames.Add(root.Path is not { } directory
            ? new TargetFrame("/", root)
            : new DirectoryFrame(
                "/",
                directory,
                fileSystem.OpenDirectory(directory, followLinks: false),
                fileSystem.Syntax.Separator,
                exclusions.Enter(directory)));
    }

    /// <summary>The next entry; null at the end.</summary>
    public SourceEntry? ReadNext(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_pending.TryDequeue(out SourceEntry? pending))
            {
                return pending;
            }

            if (_frames.Count == 0)
            {
                return null;
            }

            WalkFrame frame = _frames[^1];
            if (frame.MoveNext())
            {
                if (Visit(frame) is { } entry)
                {
                    return entry;
                }
            }
            else if (Leave(frame) is { } end)
            {
                return end;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (WalkFrame frame in _frames)
        {
            frame.Dispose();
        }
    }

    private SourceEntry? Visit(WalkFrame frame)
    {
        if (frame is DirectoryFrame directory)
        {
            return Visit(new WalkCandidate(directory));
        }

        (string name, TargetNode target) = ((TargetFrame)frame).Current;
        string path = frame.PathOf(name);
        if (target.Path is null)
        {
            return EnterTargetDirectory(path, name, target);
        }

        try
        {
            using DirectoryReader reader = _fileSystem.At(target.Path);
            ReadOnlySpan<byte> nameBytes = FileName.Encode(_fileSystem.Syntax.LastPart(target.Path));
            var names = new EntryNames(name, path, target.Path == path ? path : target.Path);
            return Visit(new WalkCandidate(reader, in names, nameBytes, target.IsExplicit, StateAbove(target.Path)));
        }
        catch (Exception exception) when (SkippedEntries.IsExpected(exception))
        {
            return SkippedEntries.Create(path, exception);
        }
    }

    private SourceEntry? Visit(in WalkCandidate candidate)
    {
        ExclusionRule rule = candidate.IsExplicit ? default : _exclusions.FindRule(candidate.State, candidate.NameBytes);
        if (rule.IsExcluded)
        {
            return ReportExcluded(in candidate, rule);
        }

        try
        {
            FileStatus status = candidate.Reader.ReadStatus(candidate.Index);
            rule = candidate.IsExplicit ? default : _exclusions.FindRule(candidate.State, candidate.NameBytes, in status);
            if (rule.IsExcluded || status.Type == NodeType.Socket)
            {
                return ReportExcluded(in candidate, rule.IsExcluded ? rule : new ExclusionRule(ExclusionKind.Socket));
            }

            return status.IsDirectory ? EnterDirectory(in candidate) : ReadItem(in candidate, in status);
        }
        catch (Exception exception) when (SkippedEntries.IsExpected(exception))
        {
            return SkippedEntries.Create(candidate.MakeNames().Path, exception);
        }
    }

    private SourceEntry ReadItem(in WalkCandidate candidate, in FileStatus status)
    {
        EntryDetails details = candidate.Reader.ReadDetails(candidate.Index, in status);
        EntryNames names = candidate.MakeNames();
        return WithProblem(details.Problem, new SourceEntry
        {
            Kind = SourceEntryKind.Item,
            Path = names.Path,
            Node = _nodes.Create(names.Name, in status, in details),
            Locator = names.Locator,
        });
    }

    private SourceEntry EnterDirectory(in WalkCandidate candidate)
    {
        EntryNames names = candidate.MakeNames();
        DirectoryReader reader = candidate.Reader.OpenDirectory(candidate.Index, names.Locator, out FileStatus status);
        try
        {
            EntryDetails details = candidate.Reader.ReadDetails(candidate.Index, in status);
            ExclusionState state = _exclusions.Enter(candidate.State, names.Locator, candidate.NameBytes, in status, reader.Names);
            var entry = new SourceEntry
            {
                Kind = SourceEntryKind.DirectoryStart,
                Path = names.Path,
                Node = _nodes.Create(names.Name, in status, in details),
                Locator = names.Locator,
            };
            Push(new DirectoryFrame(names.Path, names.Locator, reader, _fileSystem.Syntax.Separator, state));
            return WithProblem(details.Problem, entry);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    // A directory above the targets. If it can't be read, neither can what was asked for.
    private SourceEntry EnterTargetDirectory(string path, string name, TargetNode target)
    {
        try
        {
            FileStatus status = _fileSystem.ReadStatus(target.MetadataPath, followLinks: true);
            if (!status.IsDirectory)
            {
                throw new IOException($"Can't read {target.MetadataPath}: it is not a directory.");
            }

            using DirectoryReader reader = _fileSystem.At(target.MetadataPath);
            EntryDetails details = reader.ReadDetails(0, in status);
            Push(new TargetFrame(path, target));

            // Who backs up a home directory often may not see the attributes of those above it.
            return WithProblem(details.Problem is UnauthorizedAccessException ? null : details.Problem, new SourceEntry
            {
                Kind = SourceEntryKind.DirectoryStart,
                Path = path,
                Node = _nodes.Create(name, in status, in details),
                Locator = target.MetadataPath,
                IsIntermediate = !target.IsComplete,
            });
        }
        catch (Exception exception) when (SkippedEntries.IsExpected(exception))
        {
            return SkippedEntries.Create(path, exception);
        }
    }

    // Many targets can be in one directory, when its entries were taken in its place.
    private ExclusionState StateAbove(string path)
    {
        string directory = _fileSystem.Syntax.Parent(path);
        if (_stateAboveTargets?.Directory != directory)
        {
            _stateAboveTargets = _exclusions.Enter(directory);
        }

        return _stateAboveTargets;
    }

    private SourceEntry? ReportExcluded(in WalkCandidate candidate, ExclusionRule rule)
    {
        if (!_reportExcluded)
        {
            return null;
        }

        EntryNames names = candidate.MakeNames();
        return new SourceEntry
        {
            Kind = SourceEntryKind.Excluded,
            Path = names.Path,
            Locator = names.Locator,
            Reason = _exclusions.Describe(rule),
        };
    }

    private SourceEntry WithProblem(Exception? problem, SourceEntry entry)
    {
        if (problem is null)
        {
            return entry;
        }

        _pending.Enqueue(entry);
        return SkippedEntries.Create(entry.Path, problem, SkipReason.MetadataIncomplete);
    }

    private void Push(WalkFrame frame)
    {
        _frames.Add(frame);
        if (_frames.Count > MaxOpenDirectories)
        {
            _frames[^(MaxOpenDirectories + 1)].Suspend();
        }
    }

    private SourceEntry? Leave(WalkFrame frame)
    {
        frame.Dispose();
        _frames.RemoveAt(_frames.Count - 1);
        if (_frames.Count == 0)
        {
            return null; // the root, which was never told
        }

        try
        {
            _frames[^1].Resume();
        }
        catch (Exception exception) when (SkippedEntries.IsExpected(exception))
        {
            _pending.Enqueue(SkippedEntries.Create(_frames[^1].Path, exception));
            _frames[^1].Abandon();
        }

        return new SourceEntry { Kind = SourceEntryKind.DirectoryEnd, Path = frame.Path };
    }
}
