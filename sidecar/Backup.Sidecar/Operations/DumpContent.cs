using System.Net;
using Backup.Engine;

namespace Backup.Sidecar.Operations;

/// <summary>A file of a snapshot as the body of a request, streamed.</summary>
internal sealed class DumpContent(Repository repository, DumpOptions options) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        repository.DumpAsync(options, stream, progress: null, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
