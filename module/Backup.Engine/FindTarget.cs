namespace Backup.Engine;

/// <summary>What is looked for.</summary>
public enum FindTarget
{
    /// <summary>Items by name or path.</summary>
    Name,

    /// <summary>Data blobs by id, in full or the first eight digits or more: the files that contain them.</summary>
    Blob,

    /// <summary>Trees by id, in full or the first eight digits or more: the folders that they are.</summary>
    Tree,

    /// <summary>Packs by id, in full or the first eight digits or more: the files and folders that need them.</summary>
    Pack,
}
