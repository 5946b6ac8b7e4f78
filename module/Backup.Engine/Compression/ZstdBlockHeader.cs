namespace Backup.Engine.Compression;

/// <summary>What stands in front of a block.</summary>
/// <param name="Type">How the block holds its content.</param>
/// <param name="Size">Bytes of its content, or if that is compressed, of the block.</param>
/// <param name="IsLast">Whether it ends the frame's content.</param>
internal readonly record struct ZstdBlockHeader(ZstdBlockType Type, int Size, bool IsLast)
{
    /// <summary>Bytes of the header itself.</summary>
    public const int Length = 3;

    /// <summary>How many bytes follow the header.</summary>
    public int StoredLength => Type == ZstdBlockType.Repeated ? 1 : Size;
}
