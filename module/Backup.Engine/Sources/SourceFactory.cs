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

    /// <summary>A file with a stream's content.</summary>
    /// <exception cref="ArgumentException">There is no file name.</exception>
    public static IBackupSource Stream(StreamSourceOptions options, TimeProvider time) =>
        new SingleFileSource(
            options.FileName,
            () => Timestamp.From(options.ModTime ?? time.GetLocalNow()),
            _ => new StreamContent(options.Content, options.FileName));

    /// <summary>A file with a command's output.</summary>
    /// <exception cref="ArgumentException">There is no command, or no file name.</exception>
    public static IBackupSource Command(CommandSourceOptions options, TimeProvider time)
    {
        if (options.Command.Count == 0 || options.Command[0].Length == 0)
        {
            throw new ArgumentException("There is no command: name the program and its arguments.", nameof(options));
        }

        return new SingleFileSource(
            options.FileName,
            () => Timestamp.From(options.ModTime ?? time.GetLocalNow()),
            cancellationTokens => new CommandContent(options, cancellationTokens));
    }
}
