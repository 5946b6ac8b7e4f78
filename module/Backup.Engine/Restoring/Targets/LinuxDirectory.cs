namespace Backup.Engine.Restoring.Targets;

/// <summary>
/// A directory by its descriptor. All calls are relative to it, take a single name, and refuse links: so neither what is
/// in the target nor what others do there meanwhile can lead out of it, and no path is ever too long.
/// </summary>
internal sealed unsafe class LinuxDirectory : TargetDirectory
{
    private const uint OwnerMayAll = 0x1C0; // 0700
    private const uint PrivateFile = 0x180; // 0600
    private const uint BlockDevice = 0x6000;
    private const uint CharacterDevice = 0x2000;
    private const uint Fifo = 0x1000;

    private static readonly uint User = LinuxCalls.AreKnown ? LinuxCalls.EffectiveUser() : 0;

    private readonly LinuxHandle _handle;

    private LinuxDirectory(LinuxHandle handle) => _handle = handle;

    /// <summary>Opens the target itself, which alone may be reached through links.</summary>
    public static LinuxDirectory OpenRoot(string path)
    {
        fixed (byte* name = LinuxName.Encode(path, []))
        {
            var handle = new LinuxHandle(LinuxCalls.OpenAt(
                LinuxCalls.CurrentDirectory, name, LinuxCalls.Directory | LinuxCalls.CloseOnExec, 0));
            return handle.IsInvalid ? throw LinuxName.Error($"Opening «{path}» failed") : new LinuxDirectory(handle);
        }
    }

    /// <inheritdoc/>
    public override TargetEntry Inspect() => LinuxMetadata.Inspect(_handle);

    /// <inheritdoc/>
    public override TargetEntry? Inspect(string name)
    {
        LinuxCalls.FileStatus status;
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]))
        {
            if (LinuxCalls.Statx(_handle, path, LinuxCalls.SymlinkNoFollow, &status) == 0)
            {
                return LinuxMetadata.ToEntry(status);
            }
        }

        return LinuxName.LastFailure() == TargetFailure.NotFound ? null : throw LinuxName.Error("Reading metadata failed");
    }

    /// <inheritdoc/>
    public override List<string> List()
    {
        using LinuxHandle fresh = Open(".", LinuxCalls.DirectoryNoFollow, 0); // with an offset of its own
        return LinuxListing.Read(fresh);
    }

    /// <inheritdoc/>
    public override void MakeDirectory(string name)
    {
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]))
        {
            Check(LinuxCalls.MakeDirectoryAt(_handle, path, OwnerMayAll), "Making the directory failed");
        }
    }

    /// <inheritdoc/>
    public override TargetDirectory OpenDirectory(string name)
    {
        LinuxHandle handle;
        try
        {
            handle = Open(name, LinuxCalls.DirectoryNoFollow, 0);
        }
        catch (TargetException exception) when (exception.Failure == TargetFailure.Denied && TryUnlock(name))
        {
            handle = Open(name, LinuxCalls.DirectoryNoFollow, 0);
        }

        var directory = new LinuxDirectory(handle);
        if (User != 0 && directory.Inspect() is { } entry && entry.Uid == User && (entry.Mode & OwnerMayAll) != OwnerMayAll)
        {
            _ = LinuxCalls.SetMode(handle, entry.Mode | OwnerMayAll); // if not, the next call says so
        }

        return directory;
    }

    /// <inheritdoc/>
    public override TargetFile CreateFile(string name) =>
        new LinuxFile(Open(name, LinuxCalls.ReadWrite | LinuxCalls.Create | LinuxCalls.Exclusive | LinuxCalls.NoFollow, PrivateFile));

    /// <inheritdoc/>
    public override TargetFile OpenFile(string name, bool writable)
    {
        // A pipe would otherwise wait for somebody at its other end.
        int flags = (writable ? LinuxCalls.ReadWrite : LinuxCalls.ReadOnly) | LinuxCalls.NoFollow | LinuxCalls.NonBlocking;
        var file = new LinuxFile(Open(name, flags, 0));
        if (file.Inspect().Type == NodeType.File)
        {
            return file;
        }

        file.Dispose();
        throw new TargetException(TargetFailure.WrongKind, $"Opening «{name}» failed: it is no regular file.");
    }

    /// <inheritdoc/>
    public override void MakeSymlink(string name, string linkTarget)
    {
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]), target = LinuxName.Encode(linkTarget, []))
        {
            Check(LinuxCalls.MakeSymlinkAt(target, _handle, path), "Making the symbolic link failed");
        }
    }

    /// <inheritdoc/>
    public override void MakeSpecial(string name, NodeType type, ulong device)
    {
        if (device > uint.MaxValue)
        {
            throw new TargetException(TargetFailure.NotSupported, $"Linux has no device {device:x}.");
        }

        uint mode = PrivateFile | type switch
        {
            NodeType.BlockDevice => BlockDevice,
            NodeType.CharacterDevice => CharacterDevice,
            _ => Fifo,
        };
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]))
        {
            Check(LinuxCalls.MakeNodeAt(_handle, path, mode, type == NodeType.Fifo ? 0 : (uint)device), "Making the device node or pipe failed");
        }
    }

    /// <inheritdoc/>
    public override void MakeHardLink(string name, TargetDirectory existingDirectory, string existingName)
    {
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]),
            existing = LinuxName.Encode(existingName, stackalloc byte[LinuxName.Room]))
        {
            Check(
                LinuxCalls.LinkAt(((LinuxDirectory)existingDirectory)._handle, existing, _handle, path, 0),
                "Making the hard link failed");
        }
    }

    /// <inheritdoc/>
    public override void Rename(string name, string newName, bool replace)
    {
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]),
            newPath = LinuxName.Encode(newName, stackalloc byte[LinuxName.Room]))
        {
            int result = replace
                ? LinuxCalls.RenameAt(_handle, path, _handle, newPath)
                : LinuxCalls.RenameToFreeNameAt(_handle, path, _handle, newPath);
            if (result != 0 && !replace && LinuxName.LastFailure() == TargetFailure.NotSupported)
            {
                // The file system doesn't know how to spare: look first, which leaves a moment between.
                if (Inspect(newName) is not null)
                {
                    throw new TargetException(TargetFailure.Exists, $"Renaming failed: there is a «{newName}».");
                }

                result = LinuxCalls.RenameAt(_handle, path, _handle, newPath);
            }

            Check(result, $"Renaming to «{newName}» failed");
        }
    }

    /// <inheritdoc/>
    public override void Move(string name, TargetDirectory newDirectory, string newName)
    {
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]),
            newPath = LinuxName.Encode(newName, stackalloc byte[LinuxName.Room]))
        {
            Check(LinuxCalls.RenameAt(_handle, path, ((LinuxDirectory)newDirectory)._handle, newPath), "Moving failed");
        }
    }

    /// <inheritdoc/>
    public override void DeleteFile(string name) => Delete(name, 0);

    /// <inheritdoc/>
    public override void DeleteDirectory(string name) => Delete(name, LinuxCalls.RemoveDirectory);

    /// <inheritdoc/>
    public override MetadataTrouble? SetMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) =>
        LinuxMetadata.Set(_handle, metadata, isChosen);

    /// <inheritdoc/>
    public override bool HasMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) =>
        LinuxMetadata.IsSet(_handle, metadata, isChosen);

    /// <inheritdoc/>
    public override MetadataTrouble? SetMetadata(
        string name, NodeType type, in EntryMetadata metadata, Func<string, bool> isChosen)
    {
        using LinuxHandle item = Open(name, LinuxCalls.PathOnly | LinuxCalls.NoFollow, 0);
        return LinuxMetadata.Inspect(item).Type == type
            ? LinuxSpecialMetadata.Set(item, _handle, name, type, metadata)
            : throw new TargetException(TargetFailure.WrongKind, $"«{name}» has been replaced meanwhile.");
    }

    /// <inheritdoc/>
    public override void SetMode(uint mode) => Check(LinuxCalls.SetMode(_handle, mode), "Setting the mode failed");

    /// <inheritdoc/>
    public override void Dispose() => _handle.Dispose();

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw LinuxName.Error(what);
        }
    }

    private void Delete(string name, int flags)
    {
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]))
        {
            Check(LinuxCalls.UnlinkAt(_handle, path, flags), "Deleting failed");
        }
    }

    private LinuxHandle Open(string name, int flags, uint mode)
    {
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]))
        {
            var handle = new LinuxHandle(LinuxCalls.OpenAt(_handle, path, flags | LinuxCalls.CloseOnExec, mode));
            return handle.IsInvalid ? throw LinuxName.Error($"Opening «{name}» failed") : handle;
        }
    }

    /// <summary>Makes a directory of this user readable, whom its mode keeps out.</summary>
    private bool TryUnlock(string name)
    {
        using LinuxHandle item = Open(name, LinuxCalls.PathOnly | LinuxCalls.DirectoryNoFollow, 0);
        TargetEntry entry = LinuxMetadata.Inspect(item);
        fixed (byte* path = LinuxName.Encode(LinuxSpecialMetadata.PathOf(item), []))
        {
            return entry.Uid == User && LinuxCalls.SetModeOf(path, entry.Mode | OwnerMayAll) == 0;
        }
    }
}
