namespace Backup.Engine.Restoring.Targets;

/// <summary>Turns .NET's errors of the file system into those of the target.</summary>
internal static class PortableErrors
{
    private const int DiskFull = unchecked((int)0x80070070); // ERROR_DISK_FULL
    private const int FileExists = unchecked((int)0x80070050); // ERROR_FILE_EXISTS
    private const int AlreadyExists = unchecked((int)0x800700B7); // ERROR_ALREADY_EXISTS
    private const int NotEmpty = unchecked((int)0x80070091); // ERROR_DIR_NOT_EMPTY

    /// <summary>Runs something that may be refused.</summary>
    public static T Translate<T>(string what, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            throw From(what, exception);
        }
    }

    /// <summary>Whether the file system has refused something: anything else is a mistake of ours.</summary>
    public static bool IsRefusal(Exception exception) =>
        exception is (IOException and not TargetException) or UnauthorizedAccessException or NotSupportedException
            or PlatformNotSupportedException or ArgumentException;

    /// <summary>The target's error.</summary>
    public static TargetException From(string what, Exception exception) =>
        new(FailureOf(exception), $"{what}: {exception.Message}", exception);

    // Outside of Windows HResult is the system's own error number, which differs between systems but for these.
    private static TargetFailure FailureOf(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => TargetFailure.NotFound,
        UnauthorizedAccessException => TargetFailure.Denied,
        NotSupportedException or ArgumentException => TargetFailure.NotSupported,
        _ => exception.HResult switch
        {
            DiskFull or 28 => TargetFailure.Full, // ENOSPC
            FileExists or AlreadyExists or NotEmpty or 17 or 39 or 66 => TargetFailure.Exists, // EEXIST, ENOTEMPTY
            _ => TargetFailure.Other,
        },
    };
}
