using Backup.Engine;

namespace Backup.Sidecar.Operations;

/// <summary>Content that is in memory.</summary>
internal sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : SourceContent
{
    private int _position;

    public override int Read(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, bytes.Length - _position);
        bytes.Span.Slice(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }

    public override bool TryRewind()
    {
        _position = 0;
        return true;
    }
}
