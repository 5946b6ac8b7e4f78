using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Endpoints;

/// <summary>Jobs, the newest first.</summary>
internal sealed record JobList(IReadOnlyList<BackupJob> Jobs);
