using Backup.Engine;

namespace Backup.TestKit;

internal sealed class MemorySourceContent(MemorySourceFile file, Node node) : SourceContent
{
    private int _position;

    public override int Read(Span<byte> buffer)
    {
        file.OnRead?.Invoke(_position);
        int length = Math.Min(buffer.Length, file.Content.Length - _position);
        file.Content.AsSpan(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }

    public override Node? ReadNode() => file.ToNode(node.Name);

    public override bool TryRewind()
    {
        _position = 0;
        return true;
    }
}
