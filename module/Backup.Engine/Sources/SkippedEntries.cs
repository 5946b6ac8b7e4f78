namespace Backup.Engine.Sources;

/// <summary>Turns the errors of a file system into entries: one unreadable file must not end a backup.</summary>
internal static class SkippedEntries
{
    /// <summary>Whether an error is one of the disk, not of the program.</summary>
    public static bool IsExpected(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>The kind of reason that an error is.</summary>
    public static SkipReason ReasonFor(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => SkipReason.Vanished,
        UnauthorizedAccessException => SkipReason.AccessDenied,
        _ => SkipReason.ReadFailed,
    };

    /// <summary>An entry for what could not be read.</summary>
    /// <param name="path">Its path in the snapshot.</param>
    /// <param name="exception">Why.</param>
    /// <param name="reason">The kind of reason; null: the one that the error is.</param>
    public static SourceEntry Create(string path, Exception exception, SkipReason? reason = null) => new()
    {
        Kind = SourceEntryKind.Skipped,
        Path = path,
        SkipReason = reason ?? ReasonFor(exception),
        Reason = exception.Message,
    };
}
