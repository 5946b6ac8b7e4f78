namespace Backup.Engine.Storage.Local;

/// <summary>The permissions of a repository's files and folders.</summary>
/// <param name="Folder">Of a new folder.</param>
/// <param name="File">Of a new file, once it is complete: nobody may write.</param>
/// <remarks>As restic: the owner alone, and the group, too, where it may read the config file.</remarks>
internal readonly record struct LocalModes(UnixFileMode Folder, UnixFileMode File)
{
    private static readonly LocalModes Private = new(
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
        UnixFileMode.UserRead);

    private static readonly LocalModes Shared = new(
        Private.Folder | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute,
        Private.File | UnixFileMode.GroupRead);

    /// <summary>The permissions that fit to a config file, or those of a repository that has none yet.</summary>
    public static LocalModes FitTo(string configPath)
    {
        if (OperatingSystem.IsWindows())
        {
            return Private;
        }

        try
        {
            return IsSharedWithGroup(configPath) ? Shared : Private;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Private; // the strictest are right whatever the reason is
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool IsSharedWithGroup(string path) =>
        System.IO.File.GetUnixFileMode(path).HasFlag(UnixFileMode.GroupRead);
}
