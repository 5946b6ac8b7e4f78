using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Storage.Local;

/// <summary>Puts files into a repository's folders so that each is there durably and as a whole, or not at all.</summary>
internal sealed class LocalFileWriter
{
    /// <summary>So often a long write looks whether it was cancelled.</summary>
    private const int BytesPerWrite = 4 << 20;

    private const UnixFileMode TemporaryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly LocalLayout _layout;
    private readonly Lazy<LocalModes> _modes;

    /// <summary>A writer for a repository. Its first file decides the permissions, by those of the config file.</summary>
    public LocalFileWriter(LocalLayout layout)
    {
        _layout = layout;
        _modes = new Lazy<LocalModes>(() => LocalModes.FitTo(layout.Config));
    }

    /// <summary>Creates the folders of a repository where they are missing.</summary>
    public void CreateFolders(CancellationToken cancellationToken)
    {
        foreach (string folder in _layout.AllFolders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CreateFolder(folder);
        }

        SyncFolder(_layout.PackRoot);
        SyncFolder(_layout.Root);
        SyncFolder(Path.GetDirectoryName(_layout.Root) ?? _layout.Root);
    }

    /// <summary>Writes a file: under a temporary name, to the disk, then under its own.</summary>
    /// <returns>False if there is something of that name already.</returns>
    /// <exception cref="FileNotFoundException">The folder is not there.</exception>
    public bool TryWrite(string path, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        string temporary = WriteTemporary(path, content, cancellationToken);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!TryMove(temporary, path))
            {
                DeleteLeftover(temporary);
                return false;
            }
        }
        catch
        {
            DeleteLeftover(temporary);
            throw;
        }

        try
        {
            SyncFolder(Path.GetDirectoryName(path) ?? _layout.Root);
        }
        catch
        {
            // It may not survive a power cut, so nobody may take it for saved.
            DeleteLeftover(path);
            throw;
        }

        return true;
    }

    /// <summary>Writes a file in place of another one of its name: at each moment there is one of both, as a whole.</summary>
    public void Replace(string path, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        string temporary = WriteTemporary(path, content, cancellationToken);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            DeleteLeftover(temporary);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path) ?? _layout.Root);
    }

    private string WriteTemporary(string path, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        // restic's name for it, so that either tool passes over the other's leftovers.
        string temporary = $"{path}-tmp-{Path.GetRandomFileName()}";
        FileStream stream = CreateTemporary(temporary);
        try
        {
            using (stream)
            {
                Write(stream.SafeFileHandle, content, cancellationToken);
                Protect(stream.SafeFileHandle);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }
        }
        catch
        {
            DeleteLeftover(temporary);
            throw;
        }

        return temporary;
    }

    private static void Write(SafeFileHandle handle, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        for (int offset = 0; offset < content.Length; offset += BytesPerWrite)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RandomAccess.Write(handle, content.Slice(offset, Math.Min(BytesPerWrite, content.Length - offset)), offset);
        }
    }

    private static bool TryMove(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            return UnixCalls.TryMove(from, to);
        }

        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (Path.Exists(to))
        {
            return false;
        }
    }

    /// <summary>Removes what a failure leaves behind; the failure itself is what is to be reported.</summary>
    private static void DeleteLeftover(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing is lost: a temporary file takes room, but listings pass over it.
        }
    }

    private static void SyncFolder(string path)
    {
        if (!OperatingSystem.IsWindows()) // which can't, and whose journal keeps the order of renames
        {
            UnixCalls.SyncFolder(path);
        }
    }

    private static FileStream OpenTemporary(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = TemporaryMode;
        }

        return new FileStream(path, options);
    }

    /// <summary>Takes away the right to write, where the file system knows rights. restic leaves Windows' files writable, too.</summary>
    private void Protect(SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(handle, _modes.Value.File);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // FAT and some network mounts have no modes; the content is what counts.
        }
    }

    /// <summary>
    /// Creates the temporary file, and the folder if only that is missing: tools that copy repositories drop empty ones. But
    /// never a whole repository: where a disk went away its files would land on the one below.
    /// </summary>
    private FileStream CreateTemporary(string path)
    {
        try
        {
            return OpenTemporary(path);
        }
        catch (DirectoryNotFoundException) when (File.Exists(_layout.Config))
        {
            string folder = Path.GetDirectoryName(path) ?? _layout.Root;
            CreateFolder(folder);
            SyncFolder(Path.GetDirectoryName(folder) ?? folder);
            return OpenTemporary(path);
        }
    }

    private void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, _modes.Value.Folder);
        }
    }
}
