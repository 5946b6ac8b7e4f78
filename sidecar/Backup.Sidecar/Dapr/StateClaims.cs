using System.Globalization;
using System.Text;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Dapr;

/// <summary>
/// Claims in a state store: a key for each request that is told by a key of its sender. Who writes it first does the job, also
/// after a restart: the value names the replica. Requests without such a key reach one replica only.
/// </summary>
internal sealed class StateClaims(DaprAccess dapr, ServiceConfiguration configuration, ReplicaName replica) : IJobClaims
{
    public async Task<bool> TryTakeAsync(BackupJob job, CancellationToken cancellationToken)
    {
        string store = configuration.Current.Dapr.ClaimStore;
        if (dapr.Client is not { } client || store.Length == 0 || job.OperationId is null)
        {
            return true;
        }

        var metadata = new Dictionary<string, string>
        {
            ["ttlInSeconds"] = ((long)configuration.Current.KeepJobs.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        };
        return await client.TryCreateByteStateAsync(
            store, $"backup-claim-{job.Id}", Encoding.UTF8.GetBytes(replica.Value), metadata, cancellationToken);
    }
}
