using System.Net;
using Backup.Engine;

namespace Backup.Sidecar.Operations;

/// <summary>A file of a snapshot as the body of a request, streamed.</summary>
/// <param name="repository">Has the snapshot.</param>
/// <param name="options">Which file.</param>
/// <param name="limit">The request's. It counts while the receiver takes something, or has it all; not while we read.</param>
internal sealed class DumpContent(Repository repository, DumpOptions options, StallLimit limit) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        limit.Pause();
        await using var target = new PatientStream(stream, limit);
        await repository.DumpAsync(options, target, progress: null, cancellationToken);
        limit.Start();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
