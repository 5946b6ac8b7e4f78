namespace Backup.Engine.Restoring.Targets;

/// <summary>
/// A directory by its path, for systems where .NET's own means have to do. Before each step into a directory it is
/// looked at for links; somebody who exchanges directories at the same moment is not kept out, as he is on Linux.
/// </summary>
internal sealed class PortableDirectory : TargetDirectory
{
    private readonly string _path;

    private PortableDirectory(string path) => _path = path;

    /// <summary>Opens the target itself, which alone may be reached through links.</summary>
    public static PortableDirectory OpenRoot(string path) =>
        Directory.Exists(path)
            ? new PortableDirectory(Path.GetFullPath(path))
            : throw new TargetException(TargetFailure.NotFound, $"Opening «{path}» failed: it is no directory.");

    /// <inheritdoc/>
    public override TargetEntry Inspect() =>
        PortableErrors.Translate("Reading metadata failed", () => PortableMetadata.Inspect(_path))
            ?? throw new TargetException(TargetFailure.NotFound, "The directory is gone.");

    /// <inheritdoc/>
    public override TargetEntry? Inspect(string name) =>
        PortableErrors.Translate("Reading metadata failed", () => PortableMetadata.Inspect(Combine(name)));

    /// <inheritdoc/>
    public override List<string> List() => PortableErrors.Translate(
        "Listing the directory failed",
        () => Directory.EnumerateFileSystemEntries(_path, "*", new EnumerationOptions { AttributesToSkip = 0 })
            .Select(path => Path.GetFileName(path))
            .ToList());

    /// <inheritdoc/>
    public override void MakeDirectory(string name) => Try("Making the directory failed", () =>
    {
        ThrowIfThere(name);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Combine(name));
        }
        else
        {
            Directory.CreateDirectory(
                Combine(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    });

    /// <inheritdoc/>
    public override TargetDirectory OpenDirectory(string name) => Inspect(name)?.Type switch
    {
        NodeType.Directory => new PortableDirectory(Combine(name)),
        NodeType.Symlink => throw new TargetException(TargetFailure.IsLink, $"Opening «{name}» failed: it is a link."),
        null => throw new TargetException(TargetFailure.NotFound, $"Opening «{name}» failed: it is not there."),
        _ => throw new TargetException(TargetFailure.WrongKind, $"Opening «{name}» failed: it is no directory."),
    };

    /// <inheritdoc/>
    public override TargetFile CreateFile(string name) => PortableErrors.Translate(
        $"Making «{name}» failed",
        () => new PortableFile(
            File.OpenHandle(Combine(name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete),
            Combine(name)));

    /// <inheritdoc/>
    public override TargetFile OpenFile(string name, bool writable) => Inspect(name)?.Type switch
    {
        NodeType.File => PortableErrors.Translate(
            $"Opening «{name}» failed",
            () => new PortableFile(
                File.OpenHandle(
                    Combine(name),
                    FileMode.Open,
                    writable ? FileAccess.ReadWrite : FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete),
                Combine(name))),
        NodeType.Symlink => throw new TargetException(TargetFailure.IsLink, $"Opening «{name}» failed: it is a link."),
        null => throw new TargetException(TargetFailure.NotFound, $"Opening «{name}» failed: it is not there."),
        _ => throw new TargetException(TargetFailure.WrongKind, $"Opening «{name}» failed: it is no regular file."),
    };

    /// <inheritdoc/>
    public override void MakeSymlink(string name, string linkTarget) => Try("Making the symbolic link failed", () =>
    {
        ThrowIfThere(name);
        File.CreateSymbolicLink(Combine(name), linkTarget);
    });

    /// <inheritdoc/>
    public override void MakeSpecial(string name, NodeType type, ulong device) =>
        throw new TargetException(TargetFailure.NotSupported, "Device nodes and pipes can't be made on this system.");

    /// <inheritdoc/>
    public override void MakeHardLink(string name, TargetDirectory existingDirectory, string existingName) =>
        throw new TargetException(TargetFailure.NotSupported, "Hard links can't be made on this system.");

    /// <inheritdoc/>
    public override void Rename(string name, string newName, bool replace) =>
        Try($"Renaming to «{newName}» failed", () =>
        {
            if (replace)
            {
                Unprotect(newName);
            }

            File.Move(Combine(name), Combine(newName), replace);
        });

    /// <inheritdoc/>
    public override void Move(string name, TargetDirectory newDirectory, string newName) =>
        Try("Moving failed", () => Directory.Move(Combine(name), ((PortableDirectory)newDirectory).Combine(newName)));

    /// <inheritdoc/>
    public override void DeleteFile(string name) => Try("Deleting failed", () =>
    {
        string path = Combine(name);
        Unprotect(name);
        if (OperatingSystem.IsWindows() && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: false); // a link to a directory
        }
        else
        {
            File.Delete(path);
        }
    });

    /// <inheritdoc/>
    public override void DeleteDirectory(string name) => Try("Deleting the directory failed", () =>
    {
        Unprotect(name);
        Directory.Delete(Combine(name), recursive: false);
    });

    /// <inheritdoc/>
    public override MetadataTrouble? SetMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) =>
        PortableMetadata.Set(_path, null, metadata);

    /// <inheritdoc/>
    public override bool HasMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) =>
        PortableMetadata.IsSet(Inspect(), metadata) && PortableMetadata.HasWindowsAttributes(_path, metadata);

    /// <inheritdoc/>
    public override MetadataTrouble? SetMetadata(
        string name, NodeType type, in EntryMetadata metadata, Func<string, bool> isChosen) => null;

    /// <inheritdoc/>
    public override void SetMode(uint mode)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_path, (UnixFileMode)mode);
            }
        }
        catch (Exception exception) when (PortableErrors.IsRefusal(exception))
        {
            throw PortableErrors.From("Setting the mode failed", exception);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // A path holds nothing.
    }

    private static void Try(string what, Action run) => PortableErrors.Translate(
        what,
        () =>
        {
            run();
            return true;
        });

    /// <summary>Windows neither replaces nor removes what is read-only, though whoever may write to the directory may do so.</summary>
    private void Unprotect(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            PortableMetadata.ClearReadOnly(Combine(name));
        }
    }

    private string Combine(string name) => Path.Join(_path, name);

    private void ThrowIfThere(string name)
    {
        if (Inspect(name) is not null)
        {
            throw new TargetException(TargetFailure.Exists, $"There is a «{name}» already.");
        }
    }
}
