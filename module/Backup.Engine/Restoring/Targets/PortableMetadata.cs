using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Restoring.Targets;

/// <summary>Metadata as far as .NET knows them: times everywhere, modes where there are some.</summary>
internal static class PortableMetadata
{
    private static readonly TimeSpan TimeResolution = TimeSpan.FromTicks(1);

    /// <summary>What an open file is like.</summary>
    public static TargetEntry Inspect(SafeFileHandle handle) => new(
        NodeType.File,
        RandomAccess.GetLength(handle),
        Timestamp.From(new DateTimeOffset(File.GetLastWriteTimeUtc(handle), TimeSpan.Zero)),
        OperatingSystem.IsWindows() ? 0 : (uint)File.GetUnixFileMode(handle),
        0,
        0,
        1,
        null);

    /// <summary>What is at a path; null if nothing is. Links are not followed.</summary>
    public static TargetEntry? Inspect(string path)
    {
        FileSystemInfo info = new FileInfo(path);
        if ((int)info.Attributes == -1)
        {
            return null;
        }

        NodeType type =
            info.LinkTarget is not null || info.Attributes.HasFlag(FileAttributes.ReparsePoint) ? NodeType.Symlink
            : info.Attributes.HasFlag(FileAttributes.Directory) ? NodeType.Directory
            : info.Attributes.HasFlag(FileAttributes.Device) ? NodeType.Irregular
            : NodeType.File;
        return new TargetEntry(
            type,
            type == NodeType.File ? ((FileInfo)info).Length : 0,
            Timestamp.From(new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero)),
            OperatingSystem.IsWindows() || type == NodeType.Symlink ? 0 : (uint)info.UnixFileMode,
            0,
            0,
            1,
            null);
    }

    /// <summary>Whether nothing of what can be set is left to be set.</summary>
    public static bool IsSet(in TargetEntry entry, in EntryMetadata metadata) =>
        (OperatingSystem.IsWindows() || entry.Mode == metadata.Mode)
        && (entry.ModTime.ToDateTimeOffset() - metadata.ModTime.ToDateTimeOffset()).Duration() <= TimeResolution;

    /// <summary>Whether an item on Windows has what only Windows knows; true elsewhere.</summary>
    public static bool HasWindowsAttributes(string path, in EntryMetadata metadata) =>
        !OperatingSystem.IsWindows()
        || metadata.Windows is not { } wanted
        || wanted.AreThoseOf(File.GetAttributes(path), File.GetCreationTimeUtc(path));

    /// <summary>Takes the mark from an item that it may only be read, if it has one and is there. Links are not followed.</summary>
    public static void ClearReadOnly(string path)
    {
        var info = new FileInfo(path);
        if ((int)info.Attributes != -1 && info.Attributes.HasFlag(FileAttributes.ReadOnly) && info.LinkTarget is null)
        {
            info.Attributes &= ~FileAttributes.ReadOnly;
        }
    }

    /// <summary>Sets what can be set.</summary>
    /// <param name="path">The path, for what takes no handle.</param>
    /// <param name="handle">The open file; null for a directory.</param>
    /// <param name="metadata">What to set.</param>
    /// <returns>What could not be set; null if there is nothing.</returns>
    public static MetadataTrouble? Set(string path, SafeFileHandle? handle, in EntryMetadata metadata)
    {
        MetadataTrouble? trouble = null;
        if (metadata.Attributes.Count > 0)
        {
            MetadataTrouble.Add(ref trouble, TargetFailure.NotSupported, "Extended attributes can't be set on this system.");
        }

        try
        {
            if (!OperatingSystem.IsWindows())
            {
                // Who owns the file can't be set, so that nobody else's rights are given to this user.
                var mode = (UnixFileMode)(metadata.Mode & ~EntryMetadata.SetIdBits);
                SetMode(path, handle, mode);
            }

            SetTimes(path, handle, metadata);
            if (OperatingSystem.IsWindows() && metadata.Windows is { } windows)
            {
                SetWindowsAttributes(path, handle, windows); // last: it may become read-only
            }
        }
        catch (Exception exception) when (PortableErrors.IsRefusal(exception))
        {
            TargetException error = PortableErrors.From("Mode or times can't be set", exception);
            MetadataTrouble.Add(ref trouble, error.Failure, error.Message);
        }

        return trouble;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void SetMode(string path, SafeFileHandle? handle, UnixFileMode mode)
    {
        if (handle is null)
        {
            File.SetUnixFileMode(path, mode);
        }
        else
        {
            File.SetUnixFileMode(handle, mode);
        }
    }

    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static void SetWindowsAttributes(string path, SafeFileHandle? handle, WindowsAttributes windows)
    {
        if (handle is null)
        {
            Directory.SetCreationTimeUtc(path, windows.CreationTime ?? Directory.GetCreationTimeUtc(path));
            File.SetAttributes(path, windows.MergeInto(File.GetAttributes(path)));
        }
        else
        {
            File.SetCreationTimeUtc(handle, windows.CreationTime ?? File.GetCreationTimeUtc(handle));
            File.SetAttributes(handle, windows.MergeInto(File.GetAttributes(handle)));
        }
    }

    private static void SetTimes(string path, SafeFileHandle? handle, in EntryMetadata metadata)
    {
        DateTime access = metadata.AccessTime.ToDateTimeOffset().UtcDateTime;
        DateTime modified = metadata.ModTime.ToDateTimeOffset().UtcDateTime;
        if (handle is null)
        {
            Directory.SetLastAccessTimeUtc(path, access);
            Directory.SetLastWriteTimeUtc(path, modified);
        }
        else
        {
            File.SetLastAccessTimeUtc(handle, access);
            File.SetLastWriteTimeUtc(handle, modified);
        }
    }
}
