namespace Backup.Engine.Compression;

/// <summary>How a block of a zstd frame holds its content.</summary>
internal enum ZstdBlockType
{
    /// <summary>As it is.</summary>
    Raw = 0,

    /// <summary>One byte that is repeated.</summary>
    Repeated = 1,

    /// <summary>Compressed.</summary>
    Compressed = 2,
}
