namespace Backup.Sidecar.Jobs;

/// <summary>What a job did.</summary>
internal sealed record JobResult
{
    /// <summary>At most so many problems are listed; they are all counted.</summary>
    public const int MaxProblems = 100;

    /// <summary>The snapshots that a backup made, one for each source.</summary>
    public IReadOnlyList<SnapshotResult>? Snapshots { get; init; }

    /// <summary>What a backup left out because the service needs it itself: repositories, its data, files with passwords.</summary>
    public IReadOnlyList<string>? LeftOut { get; init; }

    public RestoreResult? Restore { get; init; }

    public StateRestoreResult? State { get; init; }

    public ConfigurationRestoreResult? Configuration { get; init; }

    public CheckResult? Check { get; init; }

    public ForgetResultSummary? Forget { get; init; }

    /// <summary>How long the application was quiesced.</summary>
    public double? DowntimeSeconds { get; init; }

    /// <summary>How many single items went wrong while the rest went on. A complete job has none.</summary>
    public long ProblemCount { get; init; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<ItemProblem> Problems { get; set; } = [];
}
