namespace Backup.Engine;

/// <summary>The kinds of files a repository consists of.</summary>
public enum FileKind
{
    /// <summary>The one file «config»: format version, repository id, chunker polynomial.</summary>
    Config,

    /// <summary>A password's wrapping of the master key.</summary>
    Key,

    /// <summary>Tells that somebody works on the repository.</summary>
    Lock,

    /// <summary>A snapshot: when, what, and the root tree.</summary>
    Snapshot,

    /// <summary>Says which blobs are where in which packs.</summary>
    Index,

    /// <summary>Blobs and a header that lists them. Stored under «data».</summary>
    Pack,
}
