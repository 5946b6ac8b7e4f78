using Backup.Engine.Sources;
using Backup.Engine.Sources.Linux;

namespace Backup.Engine.Tests.Sources;

/// <summary>Walks and keeps what was told.</summary>
internal static class WalkRecorder
{
    /// <summary>The entries of a walk.</summary>
    public static SourceEntry[] Walk(FileSystemSourceOptions options) =>
        [.. Source(options).Walk(CancellationToken.None)];

    /// <summary>The source in UTC.</summary>
    public static FileSystemSource Source(FileSystemSourceOptions options) =>
        new(options, new LinuxFileSystem(), new LocalZone(TimeZoneInfo.Utc));

    /// <summary>The paths of what is backed up, relative to the only target, without the target itself.</summary>
    public static IEnumerable<string> Kept(IEnumerable<SourceEntry> entries, string target) =>
        entries.Where(entry => entry.Kind is SourceEntryKind.Item or SourceEntryKind.DirectoryStart)
            .Where(entry => entry.Path.StartsWith(target + "/", StringComparison.Ordinal))
            .Select(entry => entry.Path[(target.Length + 1)..]);
}
