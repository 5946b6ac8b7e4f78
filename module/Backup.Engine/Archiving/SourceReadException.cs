using System.Diagnostics.CodeAnalysis;

namespace Backup.Engine.Archiving;

/// <summary>A file of the source can't be read, which skips it. It never leaves this folder.</summary>
internal sealed class SourceReadException : Exception
{
    private SourceReadException(SkipReason reason, Exception cause)
        : base(cause.Message, cause) => Reason = reason;

    /// <summary>Why.</summary>
    public SkipReason Reason { get; }

    /// <summary>Wraps what a source throws for a single file; all else ends the backup.</summary>
    public static bool TryWrap(Exception exception, [NotNullWhen(true)] out SourceReadException? wrapped)
    {
        wrapped = exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => new SourceReadException(SkipReason.Vanished, exception),
            UnauthorizedAccessException => new SourceReadException(SkipReason.AccessDenied, exception),
            IOException => new SourceReadException(SkipReason.ReadFailed, exception),
            _ => null,
        };
        return wrapped is not null;
    }
}
