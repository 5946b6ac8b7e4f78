namespace Backup.Engine.Storage.Local;

/// <summary>Turns what the operating system says into the errors of a backend.</summary>
internal static class LocalErrors
{
    private const int ErrorHandleDiskFull = unchecked((int)0x80070027);
    private const int ErrorDiskFull = unchecked((int)0x80070070);
    private const int ErrorDiskQuotaExceeded = unchecked((int)0x8007050F);
    private const int ErrorWriteProtect = unchecked((int)0x80070013);
    private const int Enospc = 28;
    private const int Erofs = 30;
    private const int EdquotLinux = 122;
    private const int EdquotMacOS = 69;

    /// <summary>Whether <see cref="Translate"/> knows an exception of this kind; others are faults of the program.</summary>
    public static bool IsKnown(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>The backend's error for one of the operating system.</summary>
    /// <param name="exception">What the operating system said.</param>
    /// <param name="action">What was tried, such as <c>saved</c>: continues «The file … can't be».</param>
    /// <param name="file">The file that it is about.</param>
    /// <param name="location">The repository.</param>
    public static BackupException Translate(Exception exception, string action, FileHandle file, string location)
    {
        string what = $"The file {file} of the repository {location} can't be {action}: {exception.Message}";
        return exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => BackendErrors.NotFound(file, location, exception),
            UnauthorizedAccessException => new BackendAccessDeniedException($"{what} Check the permissions of its folder.", exception),
            NotSupportedException => new RepositoryDamagedException(
                $"The file {file} of the repository {location} is no regular file. Remove it and run a check.",
                exception),
            PathTooLongException => new BackendException(what, isTransient: false, exception),
            _ when IsFull(exception.HResult) => new StorageFullException(
                $"{what} The disk is full or the quota used up: make room (prune, or remove other files) and try again.",
                exception),
            _ when IsReadOnly(exception.HResult) => new BackendAccessDeniedException($"{what} The disk is read-only.", exception),
            _ => new BackendException(what, isTransient: true, exception),
        };
    }

    private static bool IsFull(int error) => OperatingSystem.IsWindows()
        ? error is ErrorHandleDiskFull or ErrorDiskFull or ErrorDiskQuotaExceeded
        : error == Enospc || error == (OperatingSystem.IsMacOS() ? EdquotMacOS : EdquotLinux);

    private static bool IsReadOnly(int error) => error == (OperatingSystem.IsWindows() ? ErrorWriteProtect : Erofs);
}
