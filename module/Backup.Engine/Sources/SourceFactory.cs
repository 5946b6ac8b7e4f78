using Backup.Engine.Sources.Linux;
using Backup.Engine.Sources.Managed;

namespace Backup.Engine.Sources;

/// <summary>Makes the sources of this machine.</summary>
internal static class SourceFactory
{
    /// <summary>Files and directories.</summary>
    /// <exception cref="ArgumentException">There are no paths, or a rule is malformed.</exception>
    /// <exception cref="SourceException">None of the paths exists, or a file with paths or patterns can't be read.</exception>
    public static IBackupSource FileSystem(FileSystemSourceOptions options) =>
        new FileSystemSource(
            options,
            LinuxFileSystem.IsSupported ? new LinuxFileSystem() : new ManagedFileSystem(),
            LocalZone.Current);
}
