using Backup.Engine;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>Gives an application back what it exported.</summary>
internal static class ImportOperation
{
    public static async Task<JobResult> RunAsync(
        Repository repository, RestoreRequest request, ExportRequest import, ApplicationClients applications, CancellationToken cancellationToken)
    {
        string path = ExportSource.PathOf(import.Application);
        var filter = new SnapshotFilter
        {
            Hosts = request.Host is null ? [] : [request.Host],
            TagLists = request.Tags.Count == 0 ? [] : [request.Tags],
            Paths = request.Paths.Count == 0 ? [path] : request.Paths,
        };
        Snapshot snapshot = await repository.FindSnapshotAsync(request.Snapshot, filter, cancellationToken);
        var dump = new DumpOptions { Snapshot = snapshot.Id.ToString(), Path = path, FilesOnly = true };
        await applications.ImportAsync(import.Application, limit => new DumpContent(repository, dump, limit), cancellationToken);
        return new JobResult();
    }
}
