using System.Runtime.InteropServices;

namespace Backup.Engine.Sources.Linux;

/// <summary>The system's error numbers, and the exceptions that stand for them.</summary>
internal static class LinuxError
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int NoAccess = 13;
    public const int NotADirectory = 20;
    public const int NoRange = 34;
    public const int NoSystemCall = 38;
    public const int NoData = 61;
    public const int NotSupported = 95;
    public const int Stale = 116;

    /// <summary>The exception for the error of the call that was made last.</summary>
    public static Exception Last(string operation, string path) =>
        Create(Marshal.GetLastPInvokeError(), operation, path);

    /// <summary>The exception for an error.</summary>
    /// <param name="error">Its number.</param>
    /// <param name="operation">What was tried, to follow «Can't».</param>
    /// <param name="path">On what.</param>
    public static Exception Create(int error, string operation, string path)
    {
        string message = $"Can't {operation} {path}: {Describe(error)}.";
        return error switch
        {
            NoEntry or Stale => new FileNotFoundException(message, path),
            NotADirectory => new DirectoryNotFoundException(message),
            NotPermitted or NoAccess => new UnauthorizedAccessException(message),
            _ => new IOException(message, error),
        };
    }

    /// <summary>The system's words for an error.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);
}
