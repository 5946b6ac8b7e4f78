namespace Backup.Engine;

/// <summary>What a blob holds. A blob is known by its type and its id together.</summary>
public enum BlobType : byte
{
    /// <summary>A piece of a file's content.</summary>
    Data = 0,

    /// <summary>A directory: the JSON document of its nodes.</summary>
    Tree = 1,
}
