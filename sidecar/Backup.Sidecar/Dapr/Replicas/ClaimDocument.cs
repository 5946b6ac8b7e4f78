using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Dapr.Replicas;

/// <summary>What a state store has about a job that replicas share.</summary>
internal sealed record ClaimDocument
{
    /// <summary>The replica whose job it is.</summary>
    public required string Owner { get; init; }

    /// <summary>How many owners there were: a run that began under another one has lost the job, even if the owner is the same again.</summary>
    public int Epoch { get; init; }

    /// <summary>The job.</summary>
    public required BackupJob Job { get; init; }

    /// <summary>Whether the job brings so much content along that only its owner has all of it, so nobody can take it over.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Whether somebody has asked another replica to cancel it: whoever has it does so.</summary>
    public bool IsCancelWanted { get; init; }
}
