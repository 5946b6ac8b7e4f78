namespace Backup.Engine;

/// <summary>What is counted.</summary>
public enum StatsMode
{
    /// <summary>Bytes that restoring would write; hard-linked files once.</summary>
    RestoreSize,

    /// <summary>Bytes of files of different content.</summary>
    FilesByContents,

    /// <summary>Bytes that the blobs occupy in the repository, each blob once.</summary>
    RawData,

    /// <summary>Bytes of the blobs of each file of different content, each blob once per file.</summary>
    BlobsPerFile,
}
