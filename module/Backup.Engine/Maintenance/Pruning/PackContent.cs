namespace Backup.Engine.Maintenance.Pruning;

/// <summary>What the blobs of a pack are.</summary>
internal enum PackContent
{
    /// <summary>Parts of files.</summary>
    Data,

    /// <summary>Directories.</summary>
    Trees,

    /// <summary>Both, as old programs wrote them.</summary>
    Mixed,
}
