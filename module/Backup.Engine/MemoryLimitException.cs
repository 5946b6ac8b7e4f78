namespace Backup.Engine;

/// <summary>There is too little memory for what is to be done, however little of it is done at once.</summary>
public sealed class MemoryLimitException : BackupException
{
    /// <summary>Says what failed, on what, and what to do.</summary>
    public MemoryLimitException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "MemoryTooSmall";

    /// <summary>The same error for memory that ran out in the middle of the work.</summary>
    /// <param name="cause">What the runtime threw.</param>
    public static MemoryLimitException From(OutOfMemoryException cause) => new(
        $"The memory that this process may use ({AvailableText}) was used up. Nothing that is stored is lost. Give it more, or let it do less at once.",
        cause);

    /// <summary>What the runtime lets this process have, for people.</summary>
    internal static string AvailableText => SizeText.FormatShort(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
}
