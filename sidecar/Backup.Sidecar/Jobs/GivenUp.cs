namespace Backup.Sidecar.Jobs;

/// <summary>Jobs that are not begun again.</summary>
internal static class GivenUp
{
    /// <summary>A job that was interrupted so often probably is the reason.</summary>
    private const int MaxAttempts = 5;

    /// <summary>Why a job is given up that was interrupted so often; null: it is not.</summary>
    public static JobError? Reason(int interruptions) => interruptions < MaxAttempts
        ? null
        : new JobError("Interrupted", $"It was interrupted {interruptions} times. See the log, then ask for it again.");
}
