namespace Backup.Engine.Archiving;

/// <summary>Says which failures of reading a file skip it. All others end the backup.</summary>
internal static class SkipReasons
{
    /// <summary>The reason for which a file is skipped after this failure, if it is one.</summary>
    public static bool TryFind(Exception exception, out SkipReason reason)
    {
        reason = exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => SkipReason.Vanished,
            UnauthorizedAccessException => SkipReason.AccessDenied,
            _ => SkipReason.ReadFailed,
        };
        return exception is IOException or UnauthorizedAccessException;
    }
}
