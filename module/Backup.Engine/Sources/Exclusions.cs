using System.Globalization;

namespace Backup.Engine.Sources;

/// <summary>What is left out of a backup. Immutable, thread-safe.</summary>
internal sealed class Exclusions
{
    private readonly IFileSystem _fileSystem;
    private readonly PathFilter _insensitive;
    private readonly PathFilter _sensitive;
    private readonly TagFile[] _tagFiles;
    private readonly ExcludedDirectory[] _directories;
    private readonly long _maxSize;
    private readonly Dictionary<string, ulong>? _allowedDevices; // by the path they are allowed below

    /// <summary>Reads the rules.</summary>
    /// <param name="options">The rules.</param>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="workingDirectory">What relative paths begin at.</param>
    /// <param name="allowedDevices">By the targets' absolute paths their file systems.</param>
    /// <exception cref="ArgumentException">A rule is malformed.</exception>
    /// <exception cref="SourceException">A file with patterns can't be read.</exception>
    public Exclusions(
        FileSystemSourceOptions options,
        IFileSystem fileSystem,
        string workingDirectory,
        Dictionary<string, ulong> allowedDevices)
    {
        _fileSystem = fileSystem;
        var files = new PatternFiles(workingDirectory);
        _sensitive = PathFilter.Create([.. options.Excludes, .. files.Read(options.ExcludeFiles)], syntax: fileSystem.Syntax);
        _insensitive = PathFilter.Create(
            [.. options.InsensitiveExcludes, .. files.Read(options.InsensitiveExcludeFiles)], ignoreCase: true, fileSystem.Syntax);
        IEnumerable<string> tags = options.ExcludeCaches ? options.ExcludeIfPresent.Append(TagFile.CacheDirectory) : options.ExcludeIfPresent;
        _tagFiles = [.. tags.Select(TagFile.Parse)];
        _directories =
        [
            .. options.ExcludeDirectories
                .Select(path => fileSystem.Syntax.MakeAbsolute(workingDirectory, path))
                .Select(path => new ExcludedDirectory(path, fileSystem.Syntax.Parent(path), FileName.Encode(fileSystem.Syntax.LastPart(path)))),
        ];
        _maxSize = options.ExcludeLargerThan ?? long.MaxValue;
        _allowedDevices = options.OneFileSystem ? allowedDevices : null;
    }

    /// <summary>The state in a directory that is given by its absolute path.</summary>
    public ExclusionState Enter(string directory)
    {
        ulong? allowed = FindAllowedDevice(directory);
        string path = directory.Replace(_fileSystem.Syntax.Separator, '/');
        return new ExclusionState
        {
            Directory = directory,
            IsInExcludedDirectory = IsInExcludedDirectory(directory),
            Insensitive = _insensitive.IsEmpty ? _insensitive.Root : _insensitive.EnterPath(path),
            Sensitive = _sensitive.IsEmpty ? _sensitive.Root : _sensitive.EnterPath(path),
            AllowedDevice = allowed,
            IsElsewhere = allowed is not null && IsElsewhere(directory, allowed.Value),
        };
    }

    /// <summary>The state in a subdirectory.</summary>
    /// <param name="parent">The state above.</param>
    /// <param name="directory">The subdirectory's path.</param>
    /// <param name="name">Its name.</param>
    /// <param name="status">Its status.</param>
    /// <param name="names">Its entries, sorted.</param>
    public ExclusionState Enter(
        ExclusionState parent, string directory, ReadOnlySpan<byte> name, in FileStatus status, NameList names)
    {
        ulong? allowed = _allowedDevices is not null && _allowedDevices.TryGetValue(directory, out ulong own) ? own : parent.AllowedDevice;
        return new ExclusionState
        {
            Directory = directory,
            IsInExcludedDirectory = parent.IsInExcludedDirectory || (_directories.Length > 0 && IsInExcludedDirectory(directory)),
            Insensitive = _insensitive.IsEmpty ? parent.Insensitive : _insensitive.Enter(parent.Insensitive, name),
            Sensitive = _sensitive.IsEmpty ? parent.Sensitive : _sensitive.Enter(parent.Sensitive, name),
            AllowedDevice = allowed,
            IsElsewhere = allowed is not null && status.DeviceId != allowed,
            Names = _tagFiles.Length > 0 ? names : null,
        };
    }

    /// <summary>Finds the rule that excludes an entry by its name, before it is looked at.</summary>
    /// <param name="state">The state of its directory.</param>
    /// <param name="name">Its name.</param>
    public ExclusionRule FindRule(ExclusionState state, ReadOnlySpan<byte> name)
    {
        if (_directories.Length > 0 && IsExcludedDirectory(state, name))
        {
            return new ExclusionRule(ExclusionKind.Directory);
        }

        int pattern = _insensitive.FindMatch(state.Insensitive, name);
        if (pattern >= 0)
        {
            return new ExclusionRule(ExclusionKind.InsensitivePattern, pattern);
        }

        pattern = _sensitive.FindMatch(state.Sensitive, name);
        return pattern >= 0 ? new ExclusionRule(ExclusionKind.Pattern, pattern) : default;
    }

    /// <summary>Finds the rule that excludes an entry by what it is.</summary>
    /// <param name="state">The state of its directory.</param>
    /// <param name="name">Its name.</param>
    /// <param name="status">What it is.</param>
    public ExclusionRule FindRule(ExclusionState state, ReadOnlySpan<byte> name, in FileStatus status)
    {
        // A mount point is kept, empty: it lies in a directory that is to be backed up.
        if (state.AllowedDevice is { } allowed && status.DeviceId != allowed && (!status.IsDirectory || state.IsElsewhere))
        {
            return new ExclusionRule(ExclusionKind.FileSystem);
        }

        if (!status.IsDirectory && status.Size > _maxSize)
        {
            return new ExclusionRule(ExclusionKind.Size);
        }

        for (int i = 0; i < _tagFiles.Length; i++)
        {
            if (!name.SequenceEqual(_tagFiles[i].NameBytes) && state.IsMarked(_tagFiles[i], _fileSystem))
            {
                return new ExclusionRule(ExclusionKind.TagFile, i);
            }
        }

        return default;
    }

    /// <summary>A rule in words.</summary>
    public string Describe(ExclusionRule rule) => rule.Kind switch
    {
        ExclusionKind.Directory => "in a directory that is never backed up",
        ExclusionKind.InsensitivePattern => $"pattern «{_insensitive.TextOf(rule.Number)}», ignoring case",
        ExclusionKind.Pattern => $"pattern «{_sensitive.TextOf(rule.Number)}»",
        ExclusionKind.FileSystem => "on another file system",
        ExclusionKind.Size => string.Create(CultureInfo.InvariantCulture, $"larger than {_maxSize} bytes"),
        ExclusionKind.TagFile => $"being in a directory marked by «{_tagFiles[rule.Number].Name}»",
        ExclusionKind.Socket => "a socket",
        _ => "",
    };

    private bool IsExcludedDirectory(ExclusionState state, ReadOnlySpan<byte> name)
    {
        foreach (ExcludedDirectory directory in _directories)
        {
            if (name.SequenceEqual(directory.Name) && state.Directory == directory.Parent)
            {
                return true;
            }
        }

        return state.IsInExcludedDirectory;
    }

    // Only a target can be there.
    private bool IsInExcludedDirectory(string path) =>
        Array.Exists(_directories, excluded => path.StartsWith(excluded.Path, StringComparison.Ordinal)
            && (path.Length == excluded.Path.Length || _fileSystem.Syntax.IsSeparator(path[excluded.Path.Length])));

    private bool IsElsewhere(string directory, ulong allowedDevice)
    {
        try
        {
            return _fileSystem.ReadStatus(directory, followLinks: false).DeviceId != allowedDevice;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true; // its entries will be told as skipped
        }
    }

    private ulong? FindAllowedDevice(string directory)
    {
        if (_allowedDevices is null)
        {
            return null;
        }

        string path = directory;
        while (true)
        {
            if (_allowedDevices.TryGetValue(path, out ulong device))
            {
                return device;
            }

            string parent = _fileSystem.Syntax.Parent(path);
            if (parent == path)
            {
                return null;
            }

            path = parent;
        }
    }

    private sealed record ExcludedDirectory(string Path, string Parent, byte[] Name);
}
