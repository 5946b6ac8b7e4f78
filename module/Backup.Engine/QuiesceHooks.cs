namespace Backup.Engine;

/// <summary>How an application is made to hold still, and to go on.</summary>
public sealed record QuiesceHooks
{
    /// <summary>Makes it hold still: flush what it has, write nothing more. It throws if that can't be had.</summary>
    public required Func<CancellationToken, Task> Quiesce { get; init; }

    /// <summary>
    /// Lets it go on. Called once after each <see cref="Quiesce"/>, even a failed one, as soon as everything has been
    /// read, or the backup has failed or was cancelled.
    /// </summary>
    public required Func<CancellationToken, Task> Resume { get; init; }

    /// <summary>How long each of them may take before it counts as failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}
