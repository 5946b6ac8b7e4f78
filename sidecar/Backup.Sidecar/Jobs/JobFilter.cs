namespace Backup.Sidecar.Jobs;

/// <summary>Which jobs to list, the newest first.</summary>
internal sealed record JobFilter
{
    public const int MaxLimit = 1000;

    public JobState? State { get; init; }

    public string? Policy { get; init; }

    public string? Repository { get; init; }

    /// <summary>1 … <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;

    public bool Matches(BackupJob job) =>
        (State is null || job.State == State)
        && (Policy is null || job.Policy == Policy)
        && (Repository is null || job.Repository == Repository);
}
