using System.Net;
using System.Net.Http.Headers;

namespace Backup.Engine.Storage.Rest;

/// <summary>The bytes of a file in a request, sent piece by piece under the eyes of a guard.</summary>
internal sealed class UploadContent : HttpContent
{
    private const int PieceInBytes = 256 * 1024;

    private readonly ReadOnlyMemory<byte> _content;
    private readonly StallGuard _guard;

    /// <summary>Lends the bytes for as long as the request goes on.</summary>
    public UploadContent(ReadOnlyMemory<byte> content, StallGuard guard)
    {
        _content = content;
        _guard = guard;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (int offset = 0; offset < _content.Length; offset += PieceInBytes)
        {
            await stream.WriteAsync(_content.Slice(offset, Math.Min(PieceInBytes, _content.Length - offset)), cancellationToken)
                .ConfigureAwait(false);
            _guard.Moved();
        }
    }

    /// <summary>Known ahead, so that the server is told.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = _content.Length;
        return true;
    }
}
