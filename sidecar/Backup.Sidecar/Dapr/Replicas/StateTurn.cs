namespace Backup.Sidecar.Dapr.Replicas;

/// <summary>Whose turn it is to have a repository for itself. It holds as long as the job's claim does: until the job ends, or has another owner.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Epoch">That of the job's claim.</param>
internal sealed record StateTurn(string JobId, int Epoch);
